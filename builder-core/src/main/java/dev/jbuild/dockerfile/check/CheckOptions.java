package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.IgnoreRules;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What the checks need to know besides the Dockerfile.
///
/// @param buildArgs as given; `BUILDKIT_DOCKERFILE_CHECK` replaces the `check` directive
/// @param target name or number of the stage to build, the last one if absent
/// @param allStages whether stages that the target does not need are checked too
/// @param ignored the ignore file of the context
/// @param baseVariables names of the environment of a base image; empty for an image that was not
///   looked up, whose variables are then never called undefined
public record CheckOptions(
    Map<String, String> buildArgs,
    Optional<String> target,
    boolean allStages,
    IgnoreRules ignored,
    Function<String, Optional<Set<String>>> baseVariables,
    RuleSelection rules) {

  public CheckOptions {
    buildArgs = Map.copyOf(buildArgs);
  }
}
