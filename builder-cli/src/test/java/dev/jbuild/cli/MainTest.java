package dev.jbuild.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MainTest {

  @TempDir Path context;
  private final Run run = new Run();

  static Stream<Arguments> failures() {
    Problem problem = Problem.error("SomeCode", "some message");
    return Stream.of(
        Arguments.of(new InvalidInput(problem), 1),
        Arguments.of(new CommandFailed(problem), 1),
        Arguments.of(new Unavailable(problem), 3),
        Arguments.of(new AuthenticationFailed(problem), 4));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void failuresHaveTheirExitCodes(BuildException failure, int code) {
    run.work =
        (events, out) -> {
          throw failure;
        };
    assertEquals(code, run.run("build", context.toString()));
    assertTrue(run.err().contains("error: some message [SomeCode]"), run.err());
    assertEquals("", run.out());
  }

  @Test
  void cancelingIs130() {
    run.work =
        (events, out) -> {
          throw new Canceled();
        };
    assertEquals(130, run.run("build", context.toString()));
    assertTrue(run.err().contains("canceled"), run.err());
  }

  @Test
  void anInterruptedBuildIsCanceledWhateverItThrows() throws Exception {
    CountDownLatch building = new CountDownLatch(1);
    run.work =
        (events, out) -> {
          building.countDown();
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException e) {
            throw new IOException("closed by interrupt");
          }
        };
    int[] code = {-1};
    Thread main =
        Thread.ofPlatform()
            .start(() -> {
              code[0] = run.run("build", context.toString());
              run.cancellation.finished();
            });
    building.await();
    run.cancellation.cancel();
    main.join(10_000);
    assertEquals(130, code[0], run.err());
  }

  @Test
  void aBugIs70WithAFileThatHasTheTraceAndNoValues(@TempDir Path temporary) throws IOException {
    run.environment = Map.of("TMPDIR", temporary.toString());
    run.work =
        (events, out) -> {
          events.accept(new BuildEvent.StepStarted(4));
          throw new IllegalStateException("surprise");
        };
    assertEquals(70, run.run("build", "--build-arg=TOKEN=s3cret", context.toString()));
    assertTrue(
        run.err().contains("error: internal error: IllegalStateException; details are in "),
        run.err());
    Path report = Path.of(run.err().replaceAll("(?s).*details are in (\\S+) .*", "$1"));
    assertEquals(temporary, report.getParent());
    String text = Files.readString(report);
    assertTrue(text.contains("surprise"), text);
    assertTrue(text.contains("at dev.jbuild.cli."), text);
    assertTrue(text.contains("\"event\":\"stepStarted\",\"id\":4"), text);
    assertFalse(text.contains("s3cret"), text);
  }

  @Test
  void standardOutputHasTheDigestAlone() {
    assertEquals(0, run.run("build", context.toString()));
    assertEquals(Run.DIGEST + "\n", run.out());
  }

  @Test
  void imagesOnStandardOutputAreAloneThere() {
    run.work = (events, out) -> out.write("tar bytes".getBytes());
    assertEquals(0, run.run("build", "-o", "-", context.toString()));
    assertEquals("tar bytes", run.out());
  }

  @Test
  void aClosedStandardOutputIsAnErrorAndNoLoop() {
    OutputStream closed =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    assertEquals(1, run.run(new PrintStream(closed), "build", context.toString()));
    assertTrue(run.err().contains("[OutputClosed]"), run.err());
    run.work =
        (events, out) -> {
          for (long i = 0; i < 1L << 40; i++) {
            out.write(new byte[1 << 16]);
          }
        };
    assertEquals(3, run.run(new PrintStream(closed), "build", "-o", "-", context.toString()));
    assertTrue(run.err().contains("standard output was closed [ExportFailed]"), run.err());
  }

  @Test
  void resultFiles() throws IOException {
    Path id = context.resolve("id");
    Path metadata = context.resolve("md.json");
    assertEquals(
        0,
        run.run(
            "build",
            "-t",
            "app:1",
            "--iidfile",
            id.toString(),
            "--metadata-file",
            metadata.toString(),
            context.toString()));
    assertEquals(Run.CONFIG.toString(), Files.readString(id));
    String json = Files.readString(metadata);
    assertTrue(json.contains("\"containerimage.digest\" : \"" + Run.DIGEST + "\""), json);
    assertTrue(json.contains("\"image.name\" : \"docker.io/library/app:1\""), json);
  }

  @Test
  void metadataCanBeTheResult() {
    assertEquals(0, run.run("build", "--metadata-file", "-", context.toString()));
    assertTrue(run.out().startsWith("{"), run.out());
  }

  @Test
  void aFailedCommandShowsItsPlaceItsLastLinesAndTheMeaningOfItsStatus() {
    SourceText source = new SourceText("Dockerfile", "FROM a\nRUN make\n");
    run.work =
        (events, out) -> {
          events.accept(
              new BuildEvent.Planned(
                  List.of(new BuildEvent.PlannedStep(1, "[0 2/2] RUN make", List.of())), "s"));
          events.accept(new BuildEvent.StepStarted(1));
          events.accept(new BuildEvent.StepOutput(1, true, "make: not found\n"));
          events.accept(new BuildEvent.StepFinished(1, Outcome.FAILED, Duration.ofMillis(5)));
          throw new CommandFailed(
              Problem.error("CommandFailed", "process \"make\" failed: exit code: 127")
                  .at(SourceSpan.lines(source, 2, 2)));
        };
    assertEquals(1, run.run("build", "--progress", "quiet", context.toString()));
    assertEquals(
        """
        ------
         > [0 2/2] RUN make:
        make: not found
        ------
        Dockerfile:2:1: error: process "make" failed: exit code: 127 [CommandFailed]
          2 | RUN make
            | ^^^^^^^^
        help: status 127: a command was not found: is its package installed, PATH set?
              to look around, end a stage before this instruction (FROM ... AS debug), build it
              with --target debug -t debug, and try the command in it: jbuild run debug sh
        """,
        run.err());
  }

  @Test
  void rawJsonHasNothingButEvents() {
    run.work =
        (events, out) -> {
          throw new InvalidInput(Problem.error("SomeCode", "m"));
        };
    assertEquals(1, run.run("build", "--progress=rawjson", context.toString()));
    List<String> lines = run.err().lines().toList();
    assertEquals(2, lines.size(), run.err());
    assertTrue(lines.get(0).contains("\"event\":\"reported\",\"code\":\"SomeCode\""), lines.get(0));
    assertTrue(lines.get(1).contains("\"event\":\"finished\",\"success\":false"), lines.get(1));
  }

  @Test
  void finishedIsSaidOnce() {
    run.work =
        (events, out) -> {
          events.accept(new BuildEvent.Finished(false, Optional.empty(), Duration.ZERO));
          throw new InvalidInput(Problem.error("SomeCode", "m"));
        };
    run.run("build", "--progress=plain", context.toString());
    assertEquals(1, run.err().lines().filter(l -> l.startsWith("=> failed")).count(), run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--version", "version", "--help", "build --help", "completion"})
  void whatNeedsNoBuilderOpensNone(String line) {
    assertEquals(0, run.run(line.split(" ")));
    assertFalse(run.opened);
    assertFalse(run.out().isEmpty());
    assertEquals("", run.err());
  }

  @ParameterizedTest
  @ValueSource(strings = {"text", "json", "mermaid", "dot"})
  void plansInFormats(String format) {
    assertEquals(0, run.run("plan", "--format", format, context.toString()), run.err());
    assertEquals("plan as " + format.toUpperCase(java.util.Locale.ROOT) + "\n", run.out());
  }

  @Test
  void targetsOfADockerfile() {
    run.dockerfile =
        new SourceText(
            "Dockerfile", "# one the first\nFROM alpine AS one\nFROM one\nFROM scratch AS last\n");
    assertEquals(0, run.run("build", "--call", "targets", context.toString()), run.err());
    assertEquals(
        """
        TARGET           DESCRIPTION
        one              the first

        last (default)
        """,
        run.out());
    assertEquals(
        0, run.run("build", "--call", "targets,format=json", context.toString()), run.err());
    assertTrue(run.out().contains("\"name\" : \"last\""), run.out());
    assertTrue(run.out().contains("\"default\" : true"), run.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"diff", "inspect", "push", "run"})
  void aMissingArgumentIsAnError(String command) {
    assertEquals(2, run.run(command));
    assertTrue(run.err().contains("missing required parameter: '"), run.err());
    assertFalse(run.opened);
  }

  @Test
  void noCommandIsAnError() {
    assertEquals(2, run.run());
    assertTrue(run.err().contains("Usage: jbuild"), run.err());
    assertEquals("", run.out());
  }
}
