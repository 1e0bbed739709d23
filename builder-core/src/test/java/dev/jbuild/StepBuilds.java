package dev.jbuild;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/// Builds of small Dockerfiles on a busybox root, with a state of their own, for tests of RUN.
final class StepBuilds implements AutoCloseable {

  private static final String BASE =
      """
      FROM scratch AS base
      COPY busybox /bin/busybox
      RUN ["/bin/busybox", "--install", "-s", "/bin"]
      FROM base
      """;

  final Path directory;
  final Path context;
  final Path home;
  final List<BuildEvent> events = new CopyOnWriteArrayList<>();
  BuildRequest.RunOptions run = BuildRequest.RunOptions.DEFAULT;
  BuildRequest.ImageOptions image = BuildRequest.ImageOptions.DEFAULT;
  Map<String, ContextSource> named = Map.of();
  List<Output> outputs = List.of();

  StepBuilds() throws IOException {
    directory = Files.createTempDirectory(Path.of("/var/tmp"), "jbuild-steps");
    context = Files.createDirectory(directory.resolve("context"));
    home = directory.resolve("state");
    Files.copy(Path.of("/bin/busybox"), context.resolve("busybox"));
  }

  /// Builds `lines` on top of the busybox root.
  BuildResult build(String... lines) {
    return buildWhole(BASE + String.join("\n", lines) + "\n");
  }

  BuildResult buildWhole(String dockerfile) {
    events.clear();
    try (Workspace workspace = Workspace.open(home)) {
      return new ImageBuilder(workspace)
          .build(request(dockerfile), events::add, OutputStream.nullOutputStream());
    }
  }

  BuildRequest request(String dockerfile) {
    try {
      Path file = directory.resolve("Dockerfile");
      Files.writeString(file, dockerfile);
      return BuildRequest.of(new ContextSource.Directory(context))
          .with(
              new BuildRequest.Input(
                  new ContextSource.Directory(context),
                  new BuildRequest.DockerfileSource.File(file),
                  named))
          .with(run)
          .with(image)
          .with(outputs);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The problem that ends the build of `lines`.
  Problem failure(String... lines) {
    try {
      BuildResult result = build(lines);
      throw new AssertionError("built " + result.digest() + "\n" + log());
    } catch (BuildException e) {
      return e.problems().getFirst();
    }
  }

  /// What the steps wrote.
  String log() {
    StringBuilder log = new StringBuilder();
    for (BuildEvent event : events) {
      if (event instanceof BuildEvent.StepOutput output) {
        log.append(output.text());
      }
    }
    return log.toString();
  }

  List<Problem> reported() {
    return events.stream()
        .filter(BuildEvent.Reported.class::isInstance)
        .map(e -> ((BuildEvent.Reported) e).problem())
        .toList();
  }

  void secrets(Map<String, byte[]> secrets, boolean leakGuard) {
    with(new BuildRequest.Confidential(secrets, Map.of(), leakGuard));
  }

  void with(BuildRequest.Confidential confidential) {
    run =
        new BuildRequest.RunOptions(
            run.isolation(),
            run.hosts(),
            run.resources(),
            confidential,
            run.caBundle(),
            run.onFailure());
  }

  void with(BuildRequest.Isolation isolation) {
    run =
        new BuildRequest.RunOptions(
            isolation,
            run.hosts(),
            run.resources(),
            run.confidential(),
            run.caBundle(),
            run.onFailure());
  }

  void with(BuildRequest.Resources resources) {
    run =
        new BuildRequest.RunOptions(
            run.isolation(),
            run.hosts(),
            resources,
            run.confidential(),
            run.caBundle(),
            run.onFailure());
  }

  void onFailure(Output output) {
    run =
        new BuildRequest.RunOptions(
            run.isolation(),
            run.hosts(),
            run.resources(),
            run.confidential(),
            run.caBundle(),
            Optional.of(output));
  }

  void allow(String... entitlements) {
    with(
        new BuildRequest.Isolation(
            "default",
            java.util.Set.of(entitlements),
            Optional.empty(),
            java.util.Set.of(),
            java.util.Set.of()));
  }

  @Override
  public void close() throws IOException {
    TreeRemover.remove(directory);
  }
}
