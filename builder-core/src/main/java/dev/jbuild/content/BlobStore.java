package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;

/// Content-addressed, immutable bytes. Safe for several threads and several processes.
public interface BlobStore {

  /// The size of the blob when it is here and whole.
  OptionalLong size(Digest digest) throws IOException;

  /// Opens a blob. Reading to the end verifies the digest: the read that would return the end
  /// throws [IOException] instead when the bytes are not what the digest says, and the blob is
  /// dropped.
  InputStream open(Digest digest) throws IOException;

  /// Stores what `writer` writes, under its digest. Storing what is already here is harmless. With
  /// `expected`, bytes of another digest or size are a [BlobMismatch] and nothing is stored.
  Descriptor store(String mediaType, Optional<Descriptor> expected, Writer writer)
      throws IOException;

  default Descriptor store(String mediaType, byte[] bytes) throws IOException {
    return store(mediaType, Optional.empty(), out -> out.write(bytes));
  }

  /// Writes a blob's bytes, once.
  @FunctionalInterface
  interface Writer {
    void write(OutputStream out) throws IOException;
  }
}
