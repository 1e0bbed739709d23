package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.IgnoreRules;
import java.util.Map;
import java.util.Optional;

/// What the checks need to know besides the Dockerfile.
///
/// @param buildArgs as given; `BUILDKIT_DOCKERFILE_CHECK` replaces the `check` directive
/// @param target name or number of the stage to build, the last one if absent
/// @param allStages whether stages that the target does not need are checked too
/// @param ignored the ignore file of the context
public record CheckOptions(
    Map<String, String> buildArgs,
    Optional<String> target,
    boolean allStages,
    IgnoreRules ignored,
    BaseFacts bases,
    RuleSelection rules) {

  public CheckOptions {
    buildArgs = Map.copyOf(buildArgs);
  }
}
