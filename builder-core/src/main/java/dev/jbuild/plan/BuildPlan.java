package dev.jbuild.plan;

import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a build will do: one image for each platform over one graph of steps.
///
/// @param origins for each step the Dockerfile instruction it comes from, in the order of planning;
///   leaves that several instructions share (contexts) have none
/// @param warnings problems found while planning that do not stop the build
/// @param sourceDateEpoch what SOURCE_DATE_EPOCH says, given or by default of a global ARG
/// @param skipped stages that no image of this plan needs
public record BuildPlan(
    List<PlannedImage> images,
    Map<Step, Origin> origins,
    List<Problem> warnings,
    Optional<Instant> sourceDateEpoch,
    List<SkippedStage> skipped) {

  public BuildPlan {
    images = List.copyOf(images);
    origins = Collections.unmodifiableMap(new LinkedHashMap<>(origins));
    warnings = List.copyOf(warnings);
    skipped = List.copyOf(skipped);
  }

  /// A stage that is not built.
  ///
  /// @param reason for people, `not needed by runtime`
  public record SkippedStage(String stage, String reason, SourceSpan span) {}
}
