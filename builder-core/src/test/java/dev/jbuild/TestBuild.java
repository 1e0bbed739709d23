package dev.jbuild;

import dev.jbuild.event.EventSink;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A context, a Dockerfile, and a base image made of this machine's busybox, to be built in a state
/// directory of their own. Needs root, or the root of a user namespace, and busybox.
final class TestBuild {

  private static final List<String> PROGRAMS =
      List.of(
          "sh", "cat", "echo", "ls", "mkdir", "rm", "touch", "chmod", "sleep", "dd", "cp", "mv",
          "ln", "seq", "true", "false", "sync", "stat", "find");

  final Path context;
  private final Path home;
  private final Path base;
  Map<String, String> arguments = Map.of();
  BuildRequest.RunOptions run = BuildRequest.RunOptions.DEFAULT;
  BuildRequest.CacheOptions cache = BuildRequest.CacheOptions.DEFAULT;

  private TestBuild(Path context, Path home, Path base) {
    this.context = context;
    this.home = home;
    this.base = base;
  }

  /// The same build in a state directory of its own, where nothing is taken from the cache.
  TestBuild elsewhere() {
    TestBuild other = new TestBuild(context, home.resolveSibling("elsewhere"), base);
    other.arguments = arguments;
    other.run = run;
    return other.cache(true);
  }

  /// @param directory empty, for everything
  TestBuild(Path directory) throws IOException {
    this.context = Files.createDirectories(directory.resolve("context"));
    this.home = directory.resolve("state");
    this.base = directory.resolve("base");
    makeBase("one");
  }

  Path home() {
    return home;
  }

  Workspace open() {
    return Workspace.open(home);
  }

  /// Makes the base image anew, with `mark` in it.
  void makeBase(String mark) throws IOException {
    Path files = Files.createTempDirectory(context.getParent(), "base-files");
    Path bin = Files.createDirectories(files.resolve("root/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String program : PROGRAMS) {
      Files.createSymbolicLink(bin.resolve(program), Path.of("busybox"));
    }
    Files.createDirectories(files.resolve("root/tmp"));
    Files.writeString(files.resolve("root/mark"), mark);
    Files.writeString(files.resolve("Dockerfile"), "FROM scratch\nCOPY root /\nENV PATH=/bin\n");
    try (Workspace workspace = open()) {
      BuildRequest request =
          BuildRequest.of(new ContextSource.Directory(files))
              .with(
                  List.of(
                      new Output(
                          Output.Kind.OCI, Optional.of(base.toString()), Map.of("tar", "false"))));
      BuildResult ignored =
          new ImageBuilder(workspace)
              .build(request, EventSink.none(), OutputStream.nullOutputStream());
    }
  }

  TestBuild file(String name, String content) throws IOException {
    Path file = context.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    return this;
  }

  TestBuild dockerfile(String... lines) throws IOException {
    return file("Dockerfile", String.join("\n", lines) + "\n");
  }

  TestBuild cache(boolean none, String... noStages) {
    cache =
        new BuildRequest.CacheOptions(
            none, Set.of(noStages), BuildRequest.SharedCaches.NONE, false, false, false);
    return this;
  }

  BuildRequest request() {
    BuildRequest plain = BuildRequest.of(new ContextSource.Directory(context));
    return plain
        .with(
            new BuildRequest.Input(
                plain.input().context(),
                plain.input().dockerfile(),
                Map.of("base", new ContextSource.OciLayout(base, ""))))
        .with(
            new BuildRequest.ImageOptions(
                Optional.empty(), arguments, Map.of(), List.of(), List.of()))
        .with(run)
        .with(cache);
  }

  /// Builds; the events are nobody's.
  BuildResult build() {
    return build(EventSink.none());
  }

  BuildResult build(EventSink events) {
    try (Workspace workspace = open()) {
      return new ImageBuilder(workspace).build(request(), events, OutputStream.nullOutputStream());
    }
  }

  /// Explains the last build, as lines `TITLE: KIND: TEXT` for each reason.
  List<String> explain() {
    try (Workspace workspace = open()) {
      Explanations explanations = workspace.explanations();
      return explanations.explain(explanations.last().id(), Optional.empty()).stream()
          .flatMap(
              s -> s.reasons().stream().map(r -> s.title() + ": " + r.kind() + ": " + r.line()))
          .toList();
    }
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
