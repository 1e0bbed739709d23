package dev.jbuild.cache;

import dev.jbuild.oci.Digest;
import java.time.Instant;
import java.util.List;

/// The result of a step: the file system it left.
///
/// @param diffIds the whole stack of layers, lowest first
/// @param epoch the step's time (whole seconds), which later steps and the image's `created` derive
///   from
/// @param key what the result was made of
public record CacheEntry(List<Digest> diffIds, Instant epoch, StepKey key) {

  public CacheEntry {
    diffIds = List.copyOf(diffIds);
  }
}
