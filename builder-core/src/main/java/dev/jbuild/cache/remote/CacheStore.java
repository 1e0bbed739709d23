package dev.jbuild.cache.remote;

import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// A place that keeps one small document and the blobs it refers to. Safe for several threads; many
/// processes may use the place at the same time.
///
/// All methods throw a `BuildException` when the place cannot be reached or does not let us in.
public interface CacheStore {

  /// What people call it: a reference, a directory, a URL.
  String name();

  /// The documents that are there now; several for an image of several platforms with its caches
  /// inside.
  ///
  /// @param version names this state of the place
  record Current(String version, List<byte[]> documents) {
    public Current {
      documents = List.copyOf(documents);
    }
  }

  /// What is there now; empty when nothing ever was.
  Optional<Current> read();

  /// Puts a document in place of what was there, unless somebody else did since `seen` was read, or
  /// does so before it is certain that ours stays: then false, and the caller reads again.
  ///
  /// @param blobs what the document refers to; all of them are there
  boolean replace(Optional<Current> seen, byte[] document, List<Descriptor> blobs);

  /// Opens a blob's bytes; called only when they are sent, and again when that failed.
  @FunctionalInterface
  interface Content {
    InputStream open() throws IOException;
  }

  /// Sends a blob unless it is there.
  ///
  /// @param from an image that has it, where it may be had without sending it
  void send(Descriptor blob, Optional<ImageReference> from, Content content);

  /// Brings a blob here, checked against its digest and size.
  void fetch(Descriptor blob, BlobStore into) throws IOException;

  /// The repository that has the blobs, if it is one of a registry.
  Optional<ImageReference> origin();

  /// Whether the place keeps the blobs that its document names; else rules of its own may take them
  /// away, and they are looked for before they are believed to be there.
  default boolean keepsBlobs() {
    return true;
  }
}
