package dev.jbuild.snapshot;

import dev.jbuild.oci.Digest;

/// One layer in its place: what it contains and what it lies on.
///
/// @param diffId digest of the uncompressed tar
/// @param chainId digest of this layer and all below it (image-spec `config.md`, Layer ChainID);
///   names its unpacked tree
public record Layer(Digest diffId, Digest chainId) {

  /// The lowest layer of a stack.
  public static Layer first(Digest diffId) {
    return new Layer(diffId, diffId);
  }

  /// A layer on top of this one.
  public Layer next(Digest above) {
    return new Layer(above, Digest.ofUtf8(chainId + " " + above));
  }
}
