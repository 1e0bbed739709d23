package dev.jbuild.cache;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What one build found in the cache and what not: kept so that it can be explained later.
///
/// @param id orders by time
/// @param context directory of the build context, or what else was built; for people
/// @param steps in the order of the Dockerfile
public record BuildRecord(
    String id, Instant started, String context, boolean success, List<Step> steps) {

  public BuildRecord {
    steps = List.copyOf(steps);
  }

  /// A step of that build.
  ///
  /// @param title `[builder 2/5] RUN make`
  /// @param miss why it had to run; absent for a step that the cache answered
  /// @param key by definition; absent for a step on the machine's own files, without inputs for a
  ///   step that the cache answered: its key holds them
  public record Step(String title, Optional<Miss> miss, Optional<StepKey> key) {}

  /// Why a step had to run.
  public enum Miss {
    /// Nothing is known under its key.
    UNKNOWN,
    /// It was asked to run.
    FORCED,
    /// It is known, but its layers are neither here nor to be had.
    GONE,
    /// Something it is made of was made anew and came out different.
    INPUT,
    /// It stands on the machine's own files, which have no key.
    UNKEYED
  }
}
