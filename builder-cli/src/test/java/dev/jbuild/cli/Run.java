package dev.jbuild.cli;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.DiskState;
import dev.jbuild.DockerfileInspector;
import dev.jbuild.Explanations;
import dev.jbuild.FinishedImages;
import dev.jbuild.PastSteps;
import dev.jbuild.PlanFormat;
import dev.jbuild.StoredImages;
import dev.jbuild.cli.command.Cancellation;
import dev.jbuild.cli.command.Console;
import dev.jbuild.cli.command.Engine;
import dev.jbuild.cli.progress.Terminal;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.outline.Outline;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import dev.jbuild.problem.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One run of the command line in this process, with an engine that a test scripts.
final class Run {

  static final Digest DIGEST = Digest.ofUtf8("manifest");
  static final Digest CONFIG = Digest.ofUtf8("config");

  final ByteArrayOutputStream out = new ByteArrayOutputStream();
  final ByteArrayOutputStream err = new ByteArrayOutputStream();
  final Cancellation cancellation = new Cancellation();
  Map<String, String> environment = Map.of();
  byte[] stdin = new byte[0];
  Work work = (events, standardOutput) -> {};
  @Nullable BuildRequest request;
  SourceText dockerfile = new SourceText("Dockerfile", "FROM scratch\n");
  boolean opened;

  /// What the engine does when it builds; it fails as an exporter does that cannot write.
  @FunctionalInterface
  interface Work {
    void run(EventSink events, OutputStream standardOutput) throws IOException;
  }

  int run(String... arguments) {
    return run(new PrintStream(out, false, StandardCharsets.UTF_8), arguments);
  }

  int run(PrintStream standardOutput, String... arguments) {
    Console console =
        new Console(
            new ByteArrayInputStream(stdin),
            standardOutput,
            new PrintStream(err, false, StandardCharsets.UTF_8),
            environment,
            Terminal.none());
    return Main.run(List.of(arguments), console, this::engine, cancellation);
  }

  BuildRequest built() {
    if (request == null) {
      throw new AssertionError("nothing was built: " + err());
    }
    return request;
  }

  String out() {
    return out.toString(StandardCharsets.UTF_8);
  }

  String err() {
    return err.toString(StandardCharsets.UTF_8);
  }

  private Engine engine() {
    opened = true;
    return new Engine() {
      @Override
      public BuildResult build(BuildRequest asked, EventSink events, OutputStream standardOutput) {
        request = asked;
        try {
          work.run(events, standardOutput);
        } catch (IOException e) {
          throw new Unavailable(Problem.error("ExportFailed", String.valueOf(e.getMessage())), e);
        }
        Descriptor target = Descriptor.of(MediaTypes.OCI_MANIFEST, DIGEST, 7);
        return new BuildResult(
            target,
            List.of(new BuildResult.Image(Platform.of("linux", "amd64"), target, CONFIG)),
            asked.image().tags());
      }

      @Override
      public String plan(BuildRequest asked, PlanFormat format, EventSink events) {
        request = asked;
        return "plan as " + format + "\n";
      }

      @Override
      public String print(BuildRequest asked, EventSink events) {
        request = asked;
        return "FROM scratch\n";
      }

      @Override
      public Dockerfile parse(BuildRequest asked) {
        request = asked;
        return Dockerfile.parse(dockerfile);
      }

      @Override
      public DockerfileInspector.Checked check(BuildRequest asked, RuleSelection rules) {
        request = asked;
        return DockerfileInspector.check(asked, rules, Path.of("/nowhere"));
      }

      @Override
      public DockerfileInspector.Checked checkBuild(
          BuildRequest asked, RuleSelection rules, EventSink events) {
        return check(asked, rules);
      }

      @Override
      public DockerfileInspector.Mended mend(BuildRequest asked, RuleSelection rules) {
        return DockerfileInspector.mend(asked, rules);
      }

      @Override
      public Outline outline(BuildRequest asked) {
        request = asked;
        return DockerfileInspector.outline(asked);
      }

      @Override
      public FinishedImages finished() {
        throw new AssertionError("not scripted");
      }

      @Override
      public StoredImages images() {
        throw new AssertionError("not scripted");
      }

      @Override
      public Explanations explanations() {
        throw new UnsupportedOperationException();
      }

      @Override
      public PastSteps pastSteps() {
        throw new AssertionError("not scripted");
      }

      @Override
      public DiskState disk() {
        throw new AssertionError("not scripted");
      }

      @Override
      public void close() {}
    };
  }
}
