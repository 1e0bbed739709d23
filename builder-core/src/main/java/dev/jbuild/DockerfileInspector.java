package dev.jbuild;

import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.CheckResult;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.check.Rules;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.plan.outline.Outline;
import dev.jbuild.plan.outline.Outliner;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Looks at Dockerfiles without building them: no registry is asked and no state is opened.
public final class DockerfileInspector {

  private DockerfileInspector() {}

  /// A Dockerfile that was checked.
  ///
  /// @param file where it lies on this machine; absent when it came otherwise
  public record Checked(Dockerfile dockerfile, CheckResult result, Optional<Path> file) {}

  /// Reads the Dockerfile and runs the checks on all its stages. Throws `InvalidInput` with all
  /// problems of a text that is no Dockerfile.
  public static Checked check(BuildRequest request, RuleSelection rules) {
    return read(request, task -> check(task, rules));
  }

  private static Checked check(BuildTask task, RuleSelection rules) {
    SourceText source = DockerfileFiles.read(task);
    Dockerfile dockerfile = Dockerfile.parse(source);
    CheckOptions options =
        new CheckOptions(
            task.buildArgs(),
            task.target(),
            true,
            DockerfileFiles.ignored(task),
            image -> Optional.empty(),
            rules);
    return new Checked(dockerfile, Checker.check(dockerfile, options), DockerfileFiles.file(task));
  }

  /// What the request's target can be given.
  public static Outline outline(BuildRequest request) {
    return read(
        request,
        task ->
            Outliner.of(
                Dockerfile.parse(DockerfileFiles.read(task)), task.target(), task.buildArgs()));
  }

  /// The Dockerfile alone.
  public static Dockerfile parse(BuildRequest request) {
    return read(request, task -> Dockerfile.parse(DockerfileFiles.read(task)));
  }

  /// What comes from elsewhere is brought to a directory for temporary files meanwhile.
  private static <T> T read(BuildRequest request, Function<BuildTask, T> use) {
    try {
      Path home = Files.createTempDirectory("jbuild");
      try (TempSpace temp = TempSpace.open(home, TreeRemover::remove);
          BuildInputs inputs =
              BuildInputs.open(request, temp, home.resolve("downloads"), event -> {})) {
        return use.apply(inputs.task());
      } finally {
        TreeRemover.remove(home);
      }
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("InputOutputFailed", String.valueOf(e.getMessage())), e);
    }
  }

  /// All rules there are, those of `docker build --check` first.
  public static List<CheckRule> rules() {
    return Rules.all();
  }
}
