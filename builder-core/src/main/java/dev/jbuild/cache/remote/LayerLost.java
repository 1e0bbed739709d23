package dev.jbuild.cache.remote;

import dev.jbuild.oci.Digest;

/// A layer that a cache promised cannot be had. The build begins again without it: a cache never
/// makes a build fail.
public final class LayerLost extends RuntimeException {

  private static final long serialVersionUID = 1L;

  LayerLost(Digest diffId, String cache, String why, Throwable cause) {
    super(
        "layer " + diffId.shortHex() + " of the cache " + cache + " cannot be used: " + why, cause);
  }
}
