package dev.jbuild.cachemount;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;

/// A chunk of a stream and the blob it is kept as.
///
/// @param plain digest of its bytes
/// @param size of its bytes
/// @param blob the bytes compressed
record ChunkRef(Digest plain, int size, Descriptor blob) {

  /// The media type of a chunk as a blob: one Zstandard frame.
  static final String MEDIA_TYPE = "application/vnd.jbuild.mount.chunk.v1+zstd";
}
