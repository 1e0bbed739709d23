package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.problem.CommandFailed;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What a step leaves running, with the step's output still open, ends with the step and does not
/// delay it, on every rung. Needs root, busybox and user namespaces.
@Timeout(120)
class BackgroundProcessesIT {

  /// Much less than they sleep.
  private static final Duration NO_DELAY = Duration.ofSeconds(20);

  /// Each starts one in the background that sleeps for `$T`.
  private static final List<String> WAYS =
      List.of(
          "sleep $T & kill -0 $! && echo done",
          "sleep $T 2>&1 & sleep $T >/dev/null & kill -0 $! && echo done",
          "setsid sleep $T & kill -0 $! && echo done",
          "(setsid sh -c \"sleep $T & sleep $T\" &) ; sleep 0.2; echo done",
          "sh -c \"trap '' TERM HUP INT; sleep $T; true\" & kill -0 $! && echo done",
          "(trap '' PIPE; while true; do echo tick; sleep 0.05; : $T; done) & sleep 0.2; echo done",
          "(while true; do true </dev/null || echo lost $T; done) & sleep 0.2; echo done",
          "(sleep $T; echo late) | cat & kill -0 $! && echo done");

  /// Seconds, and a mark by which the processes are known.
  private final String time = "300" + ThreadLocalRandom.current().nextInt(100_000, 1_000_000);

  private StepBuilds builds;

  @BeforeEach
  void open() throws IOException {
    builds = new StepBuilds();
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  private String dockerfile(List<String> scripts) {
    StringBuilder file =
        new StringBuilder(
            """
            FROM scratch
            COPY busybox /bin/busybox
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            """);
    scripts.forEach(s -> file.append("RUN ").append(s.replace("$T", time)).append('\n'));
    return file.toString();
  }

  /// Whether a process of the machine has the mark in its arguments.
  private boolean alive() throws IOException {
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[1-9]*")) {
      for (Path process : processes) {
        if (arguments(process).contains(time)) {
          return true;
        }
      }
      return false;
    }
  }

  private static String arguments(Path process) {
    try {
      return new String(
          Files.readAllBytes(process.resolve("cmdline")), StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      // It has ended meanwhile.
      return "";
    }
  }

  private void assertNoDelay() {
    for (BuildEvent event : builds.events) {
      if (event instanceof BuildEvent.StepFinished step) {
        assertTrue(step.took().compareTo(NO_DELAY) < 0, step.toString());
      }
    }
  }

  @Test
  void theMarkIsSeen() throws IOException {
    assertFalse(alive());
    Process process = new ProcessBuilder("sleep", time).start();
    assertTrue(alive());
    process.destroyForcibly();
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void theyEndWithTheStep(Rung rung) throws IOException {
    rung.assumeHere();
    BuildResult unused = rung.build(builds, dockerfile(WAYS));
    assertFalse(alive());
    assertEquals("done\n".repeat(WAYS.size()), builds.log().replace("tick\n", ""));
    assertNoDelay();
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void theyEndWithAStepThatFails(Rung rung) throws IOException {
    rung.assumeHere();
    String script = "sleep $T & kill -0 $! && echo done; exit 3";
    CommandFailed e =
        assertThrows(CommandFailed.class, () -> rung.build(builds, dockerfile(List.of(script))));
    assertTrue(e.problems().getFirst().message().contains("exit code: 3"), e.toString());
    assertFalse(alive());
    assertEquals("done\n", builds.log());
    assertNoDelay();
  }

  @ParameterizedTest
  @EnumSource(Rung.class)
  void noLaterStepFindsThem(Rung rung) {
    rung.assumeHere();
    BuildResult unused =
        rung.build(
            builds,
            dockerfile(
                List.of(
                    "(while true; do echo x >>/ticks; sleep 0.05; done) & sleep 0.3; test -s"
                        + " /ticks",
                    "cp /ticks /before; sleep 0.5; cmp /ticks /before && echo still")));
    assertEquals("still\n", builds.log());
  }
}
