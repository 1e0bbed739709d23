package dev.jbuild.execute;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;

/// How steps are executed; what does not change the plan.
///
/// @param cache which steps may be answered from it
/// @param caBundle certificates that RUN steps shall trust, for their time only
public record ExecuteOptions(
    Timestamps timestamps,
    Surroundings surroundings,
    Confidential confidential,
    Caching cache,
    Optional<Path> caBundle) {

  /// Which steps are run though their results are known, and what is said of those that are run.
  ///
  /// @param none run all
  /// @param noStages lower-case names of stages whose steps are always run
  /// @param required a step that is not known ends the build
  /// @param explain say of each step that is run why
  /// @param gitModes files of contexts have the modes that git keeps
  public record Caching(
      boolean none, Set<String> noStages, boolean required, boolean explain, boolean gitModes) {
    public Caching {
      noStages = Set.copyOf(noStages);
    }
  }

  /// The same with other times.
  public ExecuteOptions with(Timestamps value) {
    return new ExecuteOptions(value, surroundings, confidential, cache, caBundle);
  }
}
