package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.SyntaxVersion;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BuildPlan.SkippedStage;
import dev.jbuild.plan.scope.StageNames;
import dev.jbuild.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Makes the plan of a build: which steps, in which order, and everything of the image that is no
/// file.
///
/// Pure but for the look-up of base images. Safe for several threads as far as the look-up is.
public final class Planner {

  private final BaseImages images;
  private final SourceTimes times;

  public Planner(BaseImages images) {
    this(images, SourceTimes.LOCAL);
  }

  /// @param times asked when SOURCE_DATE_EPOCH names something
  public Planner(BaseImages images, SourceTimes times) {
    this.images = images;
    this.times = times;
  }

  /// Plans a build. Base images are looked up side by side, and only those that are needed.
  ///
  /// Throws `InvalidInput` when the Dockerfile means nothing or names what is not there, and what
  /// [BaseImages] throws.
  public BuildPlan plan(Dockerfile dockerfile, PlanOptions options) {
    List<Platform> platforms =
        options.platforms().isEmpty()
            ? List.of(options.buildPlatform())
            : options.platforms().stream().distinct().toList();
    SourceDateEpoch.Resolved resolved =
        new SourceDateEpoch(dockerfile, options, platforms.getFirst(), times).resolve();
    return plan(resolved.dockerfile(), resolved.options(), platforms, resolved.value());
  }

  private BuildPlan plan(
      Dockerfile dockerfile,
      PlanOptions options,
      List<Platform> platforms,
      Optional<Instant> epoch) {
    List<Problem> warnings = new ArrayList<>();
    SyntaxVersion.warning(dockerfile, options.buildArgs()).ifPresent(warnings::add);
    Steps steps = new Steps();
    try (Bases bases = new Bases(images, options.contexts())) {
      List<StageSelection> selections = new ArrayList<>();
      for (Platform platform : platforms) {
        selections.add(new StageSelection(dockerfile, options, platform, bases));
      }
      List<PlannedImage> planned = new ArrayList<>();
      for (int i = 0; i < platforms.size(); i++) {
        StageSelection selection = selections.get(i);
        selection.settle();
        planned.add(
            new PlatformPlanner(dockerfile, options, platforms.get(i), selection, steps, warnings)
                .plan());
      }
      return new BuildPlan(
          planned,
          steps.origins(),
          warnings.stream().distinct().toList(),
          epoch,
          skipped(selections));
    }
  }

  /// The stages that are in no selection, and those that a named context stands for.
  private static List<SkippedStage> skipped(List<StageSelection> selections) {
    BitSet needed = new BitSet();
    BitSet replaced = new BitSet();
    for (StageSelection selection : selections) {
      for (Stage stage : selection.needed()) {
        needed.set(stage.index());
        replaced.set(stage.index(), selection.start(stage).replaced());
      }
    }
    StageSelection first = selections.getFirst();
    String target = StageNames.name(first.target());
    List<SkippedStage> skipped = new ArrayList<>();
    for (Stage stage : first.names().stages()) {
      String reason =
          replaced.get(stage.index())
              ? "replaced by the named context " + StageNames.name(stage)
              : "not needed by " + target;
      if (!needed.get(stage.index()) || replaced.get(stage.index())) {
        skipped.add(new SkippedStage(StageNames.name(stage), reason, stage.from().span()));
      }
    }
    return skipped;
  }
}
