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

/// Runs command lines whose classes the launcher's caches should hold, once, when they are made, on
/// a state directory and a registry of its own; what it says is thrown away. What this machine does
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

  /// Runs the command lines of one of the launcher's two caches.
  ///
  /// @param arguments `read` for the commands that build nothing, else `build`; and a directory to
  ///   work in, which the caller removes
  public static void main(String[] arguments) throws IOException {
    Path directory = Path.of(arguments[1]);
    if (arguments[0].equals("read")) {
      read(directory);
    } else {
      build(directory);
    }
  }

  private static void read(Path directory) throws IOException {
    Files.writeString(directory.resolve("Dockerfile"), DOCKERFILE);
    Path state = directory.resolve("state");
    String context = directory.toString();
    run(state, "check", context);
    run(state, "check", "--format", "json", context);
    run(state, "check", "--fix", "--dry-run", context);
    run(state, "--version");
  }

  private static void build(Path directory) throws IOException {
    Files.writeString(directory.resolve("Dockerfile"), DOCKERFILE);
    String copies = Files.writeString(directory.resolve("Copies"), COPIES).toString();
    Path state = directory.resolve("state");
    String context = directory.toString();
    try (TrainingRegistry registry = new TrainingRegistry(directory)) {
      String host = registry.host();
      String runs = Files.writeString(directory.resolve("Runs"), RUNS.formatted(host)).toString();
      String mirror = host + "=" + registry.secureUrl();
      run(state, "build", "--help");
      run(state, "build", "--call", "outline", context);
      run(state, "build", "-t", host + "/base", "--push", "-f", copies, context);
      run(state, "build", "-t", "training", "-f", copies, context);
      String[] fromBase = {
        "build",
        "--build-context",
        "machine=host:",
        "--registry-mirror",
        mirror,
        "-f",
        runs,
        context
      };
      run(state, fromBase);
    }
  }

  private static void run(Path state, String... line) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console =
        new Console(InputStream.nullInputStream(), nowhere, nowhere, Map.of(), Terminal.none());
    Cancellation cancellation = new Cancellation();
    cancellation.onShutdown();
    int ignored = Main.run(List.of(line), console, () -> new LocalEngine(state), cancellation);
    cancellation.finished();
  }
}
