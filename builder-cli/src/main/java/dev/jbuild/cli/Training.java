package dev.jbuild.cli;

import dev.jbuild.cli.command.Cancellation;
import dev.jbuild.cli.command.Console;
import dev.jbuild.cli.progress.Terminal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Runs command lines whose classes the launcher's cache should hold, once, when it is made, on a
/// state directory and a registry of its own; what it says is thrown away. What this machine does
/// not allow, such as a command's namespaces, fails, and its classes are loaded when they are
/// needed.
final class Training {

  /// Something of everything that checks look at.
  private static final String DOCKERFILE =
      """
      # syntax=docker/dockerfile:1
      ARG VERSION=12
      # base what others start from
      FROM debian:${VERSION:-12} AS base
      ARG NAME
      ENV PLACE=/opt/$NAME MODE=fast
      WORKDIR $PLACE
      COPY --chown=1:1 a b ./
      ADD c /d
      RUN --mount=type=cache,target=/var/lib/apt apt-get update \\
          && apt-get install -y curl && (cd /x; for i in a; do echo "$i"; done)
      RUN <<EOF
      curl -fsS https://example.com/x.tar | tar -x
      pip install x
      EOF
      FROM base
      LABEL a=b
      maintainer me
      EXPOSE 80/TCP
      USER root
      HEALTHCHECK CMD true
      CMD run
      """;

  /// A build that needs no sandbox.
  private static final String COPIES = "FROM scratch\nCOPY Dockerfile /\nCMD [\"/x\"]\n";

  /// One with a base image and a command, which the machine's own tools are enough for.
  private static final String RUNS =
      """
      FROM machine AS made
      RUN mkdir /out && echo made > /out/file
      FROM %s/base
      COPY --from=made /out/ /
      """;

  private Training() {}

  /// @param arguments a directory to work in, which the caller removes
  public static void main(String[] arguments) throws IOException {
    String directory = arguments[0];
    Files.writeString(Path.of(directory, "Dockerfile"), DOCKERFILE);
    String copies = Files.writeString(Path.of(directory, "Copies"), COPIES).toString();
    Path state = Path.of(directory, "state");
    try (TrainingRegistry registry = new TrainingRegistry(Path.of(directory))) {
      String runs =
          Files.writeString(Path.of(directory, "Runs"), RUNS.formatted(registry.host())).toString();
      String mirror = registry.host() + "=" + registry.secureUrl();
      for (List<String> line :
          List.of(
              List.of("build", "--help"),
              List.of("check", directory),
              List.of("check", "--format", "json", directory),
              List.of("check", "--fix", "--dry-run", directory),
              List.of("build", "--call", "outline", directory),
              List.of("build", "-t", registry.host() + "/base", "--push", "-f", copies, directory),
              List.of("build", "-t", "training", "-f", copies, directory),
              List.of(
                  "build",
                  "-t",
                  "training",
                  "--build-context",
                  "machine=host:",
                  "--registry-mirror",
                  mirror,
                  "-f",
                  runs,
                  directory))) {
        run(line, state);
      }
    }
  }

  private static void run(List<String> line, Path state) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console =
        new Console(InputStream.nullInputStream(), nowhere, nowhere, Map.of(), Terminal.none());
    Cancellation cancellation = new Cancellation();
    cancellation.onShutdown();
    int ignored = Main.run(line, console, () -> new LocalEngine(state), cancellation);
    cancellation.finished();
  }
}
