package dev.jbuild.plan;

import dev.jbuild.problem.Problem;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a build will do: one image for each platform over one graph of steps.
///
/// @param origins for each step the Dockerfile instruction it comes from; leaves that several
///   instructions share (contexts) have none
/// @param warnings problems found while planning that do not stop the build
/// @param sourceDateEpoch what SOURCE_DATE_EPOCH says, given or by default of a global ARG
public record BuildPlan(
    List<PlannedImage> images,
    Map<Step, Origin> origins,
    List<Problem> warnings,
    Optional<Instant> sourceDateEpoch) {

  public BuildPlan {
    images = List.copyOf(images);
    origins = Map.copyOf(origins);
    warnings = List.copyOf(warnings);
  }
}
