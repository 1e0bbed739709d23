package dev.jbuild;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckResult;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.PlanOptions;
import dev.jbuild.plan.Planner;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The checks as `docker build --check` does them: base images are looked up, and what a build of
/// the target would refuse before its first step is told too. What cannot be looked up is left out.
final class PlannedCheck {

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final BuildInputs inputs;
  private final ImageSources sources;
  private final KnownBases known;

  /// @param known what earlier builds found, for what cannot be looked up now
  PlannedCheck(BuildInputs inputs, ImageSources sources, KnownBases known) {
    this.inputs = inputs;
    this.sources = sources;
    this.known = known;
  }

  DockerfileInspector.Checked check(PlanOptions options, RuleSelection rules) {
    BuildTask task = inputs.task();
    Dockerfile dockerfile = Dockerfile.parse(DockerfileFiles.read(task));
    try (PatientBases images = new PatientBases(sources, PATIENCE)) {
      List<Problem> noticed = List.of();
      List<Problem> errors = List.of();
      try {
        BuildPlan plan = new Planner(images, inputs.remote()).plan(dockerfile, options);
        noticed = plan.warnings();
      } catch (InvalidInput e) {
        errors = e.problems();
      } catch (Unavailable e) {
        // A time that SOURCE_DATE_EPOCH wants of something out of reach.
      }
      TaskBases bases = new TaskBases(task, sources, image -> facts(images, image));
      CheckResult result =
          Checker.check(
              dockerfile,
              DockerfileInspector.options(task, rules, new BaseFacts(bases::find, noticed)));
      return new DockerfileInspector.Checked(
          dockerfile, result, errors, DockerfileFiles.file(task));
    }
  }

  private Optional<BaseFacts.Base> facts(PatientBases images, String image) {
    return images.facts(image).or(() -> known.find(image, inputs.task().platforms().getFirst()));
  }
}
