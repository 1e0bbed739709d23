package dev.jbuild.execute;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// How steps are executed; what does not change the plan.
///
/// @param noCacheStages lower-case names of stages whose steps are always run
/// @param caBundle certificates that RUN steps shall trust, for their time only
public record ExecuteOptions(
    Timestamps timestamps,
    Surroundings surroundings,
    Confidential confidential,
    boolean noCache,
    Set<String> noCacheStages,
    Optional<Path> caBundle) {

  public ExecuteOptions {
    noCacheStages = Set.copyOf(noCacheStages);
  }

  /// The same with other times.
  public ExecuteOptions with(Timestamps value) {
    return new ExecuteOptions(value, surroundings, confidential, noCache, noCacheStages, caBundle);
  }
}
