package dev.jbuild;

import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.CheckResult;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.check.Rules;
import dev.jbuild.dockerfile.mend.Mender;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.fetch.FetchStore;
import dev.jbuild.plan.outline.Outline;
import dev.jbuild.plan.outline.Outliner;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Looks at Dockerfiles without building them: no registry is asked, and no state is opened or
/// changed.
public final class DockerfileInspector {

  private DockerfileInspector() {}

  /// A Dockerfile that was checked.
  ///
  /// @param errors what a build would refuse before its first step, where that was looked for
  /// @param file where it lies on this machine; absent when it came otherwise
  public record Checked(
      Dockerfile dockerfile, CheckResult result, List<Problem> errors, Optional<Path> file) {
    public Checked {
      errors = List.copyOf(errors);
    }
  }

  /// Reads the Dockerfile and runs the checks on all its stages. Throws `InvalidInput` with all
  /// problems of a text that is no Dockerfile.
  ///
  /// @param home a state directory whose builds may have seen the base images; need not be there
  public static Checked check(BuildRequest request, RuleSelection rules, Path home) {
    KnownBases known = new KnownBases(StateDirectory.bases(home));
    return read(request, task -> check(task, rules, known));
  }

  private static Checked check(BuildTask task, RuleSelection rules, KnownBases known) {
    Dockerfile dockerfile = Dockerfile.parse(DockerfileFiles.read(task));
    TaskBases bases =
        new TaskBases(
            task,
            ImageSources.offline(known),
            image -> known.find(image, task.platforms().getFirst()));
    return new Checked(
        dockerfile,
        Checker.check(dockerfile, options(task, rules, new BaseFacts(bases::find, List.of()))),
        List.of(),
        DockerfileFiles.file(task));
  }

  static CheckOptions options(BuildTask task, RuleSelection rules, BaseFacts bases) {
    return new CheckOptions(
        task.buildArgs(), task.target(), true, DockerfileFiles.ignored(task), bases, rules);
  }

  /// Mends what can be mended without a person, and writes nothing yet. Throws `InvalidInput` for a
  /// Dockerfile that is no file of this machine.
  public static Mended mend(BuildRequest request, RuleSelection rules) {
    return read(request, task -> mend(request, task, rules));
  }

  private static Mended mend(BuildRequest request, BuildTask task, RuleSelection rules) {
    Path file =
        Optional.of(task)
            .filter(t -> isHere(request.input()))
            .flatMap(DockerfileFiles::file)
            .orElseThrow(() ->
                new InvalidInput(
                    Problem.error("NothingToMend", "the Dockerfile is no file that can be mended")
                        .help("give its path with -f")));
    Dockerfile dockerfile = Dockerfile.parse(DockerfileFiles.read(task));
    CheckOptions options = options(task, rules, BaseFacts.NONE);
    return new Mended(
        file,
        dockerfile.source(),
        Mender.mend(dockerfile, d -> Checker.check(d, options).findings()));
  }

  /// What came from elsewhere cannot be mended there.
  private static boolean isHere(BuildRequest.Input input) {
    return input.context() instanceof ContextSource.Directory
        || input.dockerfile() instanceof BuildRequest.DockerfileSource.File;
  }

  /// A Dockerfile and what mending would make of it.
  public record Mended(Path file, SourceText before, Mender.Mended result) {

    /// Puts the new text in the place of the old one, whole or not at all; the file keeps its mode.
    /// Throws `InvalidInput` when the file is not what was read, or no UTF-8.
    public void write() {
      try {
        Path real = file.toRealPath();
        byte[] bytes = before.text().getBytes(StandardCharsets.UTF_8);
        if (!Arrays.equals(bytes, Files.readAllBytes(real))) {
          throw new InvalidInput(
              Problem.error("NotMended", file + " is no UTF-8, or changed meanwhile")
                  .help("it is left as it is; save it as UTF-8 and try again"));
        }
        Set<PosixFilePermission> mode = Files.getPosixFilePermissions(real);
        AtomicFile.write(real, result.text().text().getBytes(StandardCharsets.UTF_8));
        Files.setPosixFilePermissions(real, mode);
      } catch (IOException e) {
        throw new Unavailable(
            Problem.error("InputOutputFailed", "cannot write " + file + ": " + e.getMessage()), e);
      }
    }
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
    boolean archives =
        request.input().named().values().stream().anyMatch(ContextSource.Archive.class::isInstance);
    ContextSource context = request.input().context();
    boolean downloaded = request.input().dockerfile() instanceof BuildRequest.DockerfileSource.Url;
    if (!archives
        && !downloaded
        && (context instanceof ContextSource.Directory || context instanceof ContextSource.Empty)) {
      // No temporary directory, so that none of the classes for file trees are loaded.
      return use.apply(RequestReader.task(request, Map.of()));
    }
    try {
      Path home = Files.createTempDirectory("jbuild");
      try (TempSpace temp = TempSpace.open(home, TreeRemover::remove);
          BuildInputs inputs =
              BuildInputs.open(request, FetchStore.alone(home, temp), event -> {})) {
        return use.apply(inputs.task());
      } finally {
        TreeRemover.remove(home);
      }
    } catch (IOException e) {
      throw new Unavailable(Problem.error("InputOutputFailed", String.valueOf(e.getMessage())), e);
    }
  }

  /// All rules there are, those of `docker build --check` first.
  public static List<CheckRule> rules() {
    return Rules.all();
  }
}
