package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.util.Optional;

/// A layer as a cache knows it.
///
/// @param blob its compressed form in the cache; absent for a layer of a base image, which is had
///   from there
public record StoredLayer(Digest diffId, Optional<Descriptor> blob) {}
