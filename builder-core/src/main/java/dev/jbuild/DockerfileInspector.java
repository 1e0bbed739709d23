package dev.jbuild;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.CheckResult;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.check.Rules;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.plan.outline.Outline;
import dev.jbuild.plan.outline.Outliner;
import dev.jbuild.problem.SourceText;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

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
    BuildTask task = RequestReader.task(request);
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
    BuildTask task = RequestReader.task(request);
    return Outliner.of(
        Dockerfile.parse(DockerfileFiles.read(task)), task.target(), task.buildArgs());
  }

  /// The Dockerfile alone.
  public static Dockerfile parse(BuildRequest request) {
    return Dockerfile.parse(DockerfileFiles.read(RequestReader.task(request)));
  }

  /// All rules there are, those of `docker build --check` first.
  public static List<CheckRule> rules() {
    return Rules.all();
  }
}
