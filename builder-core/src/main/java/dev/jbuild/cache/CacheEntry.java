package dev.jbuild.cache;

import dev.jbuild.oci.Digest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The result of a step: the file system it left.
///
/// @param diffIds the whole stack of layers, lowest first
/// @param epoch the step's time (whole seconds), which later steps and the image's `created` derive
///   from
/// @param key what the result was made of
/// @param restsOn whose word it rests on, where it came from outside this machine or was made in a
///   build that used something from there: names of signers, and [#UNSIGNED]
public record CacheEntry(List<Digest> diffIds, Instant epoch, StepKey key, Set<String> restsOn) {

  /// Stands for what nobody signed, or nobody asked who did.
  public static final String UNSIGNED = "unsigned";

  public CacheEntry {
    diffIds = List.copyOf(diffIds);
    restsOn = Set.copyOf(restsOn);
  }

  /// Made here, of nothing from outside.
  public CacheEntry(List<Digest> diffIds, Instant epoch, StepKey key) {
    this(diffIds, epoch, key, Set.of());
  }

  /// The same, resting on others' word too.
  public CacheEntry restingOn(Set<String> others) {
    Set<String> all = new HashSet<>(restsOn);
    all.addAll(others);
    return new CacheEntry(diffIds, epoch, key, all);
  }
}
