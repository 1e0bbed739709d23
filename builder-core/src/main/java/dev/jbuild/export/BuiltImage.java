package dev.jbuild.export;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.snapshot.FileTree;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/// An image ready to leave: its configuration is final, its layers are made into blobs only when
/// asked for.
public interface BuiltImage {

  ImageConfig config();

  /// The layers, lowest first.
  List<BuiltLayer> layers();

  /// All layers seen as one tree; unpacks what is not yet unpacked.
  FileTree tree() throws IOException;

  /// One layer of a built image. Safe for several threads.
  interface BuiltLayer {

    Digest diffId();

    /// The compressed form, OCI media type. Compresses a layer of our own when that was never done;
    /// downloads nothing.
    Descriptor descriptor() throws IOException;

    /// Sees to it that the compressed bytes are in the blob store, downloading a base layer if need
    /// be.
    void materialize() throws IOException;

    /// Where a base layer comes from: a repository it can be mounted from.
    Optional<ImageReference> origin();
  }
}
