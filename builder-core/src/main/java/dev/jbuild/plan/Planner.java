package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the plan of a build: which steps, in which order, and everything of the image that is no
/// file.
///
/// Pure but for the look-up of base images. Safe for several threads as far as the look-up is.
public final class Planner {

  private static final String EPOCH = "SOURCE_DATE_EPOCH";

  private final BaseImages images;

  public Planner(BaseImages images) {
    this.images = images;
  }

  /// Plans a build. Throws [InvalidInput] when the Dockerfile means nothing or names what is not
  /// there.
  public BuildPlan plan(Dockerfile dockerfile, PlanOptions options) {
    Steps steps = new Steps();
    List<PlannedImage> planned = new ArrayList<>();
    List<Problem> warnings = new ArrayList<>(dockerfile.warnings());
    Optional<Instant> epoch = Optional.empty();
    for (Platform platform : options.platforms()) {
      GlobalScope globals = new GlobalScope(dockerfile, options, platform);
      PlatformPlanner planner =
          new PlatformPlanner(dockerfile, options, platform, globals, images, steps, warnings);
      planned.add(planner.plan());
      epoch = epoch(options, globals);
    }
    return new BuildPlan(planned, steps.origins(), warnings.stream().distinct().toList(), epoch);
  }

  private static Optional<Instant> epoch(PlanOptions options, GlobalScope globals) {
    Optional<String> text =
        Optional.ofNullable(options.buildArgs().get(EPOCH))
            .or(() -> globals.get(EPOCH))
            .filter(t -> !t.isEmpty());
    if (text.filter(t -> !t.matches("[0-9]{1,15}")).isPresent()) {
      throw new InvalidInput(
          Problem.error("InvalidEpoch", "invalid SOURCE_DATE_EPOCH: " + text.get())
              .help("give the seconds since 1970, for example $(git log -1 --format=%ct)"));
    }
    return text.map(t -> Instant.ofEpochSecond(Long.parseLong(t)));
  }
}
