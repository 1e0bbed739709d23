package dev.jbuild.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.event.BuildEvent.PlannedStep;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.SafeText;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TtyDisplayTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long millis;
  private Terminal.Size size = new Terminal.Size(12, 60);
  private final Terminal terminal =
      new Terminal() {
        @Override
        public boolean isTerminal() {
          return true;
        }

        @Override
        public Size size() {
          return size;
        }
      };
  private final TtyDisplay display =
      new TtyDisplay(
          new PrintStream(bytes, false, StandardCharsets.UTF_8),
          terminal,
          ProblemRenderer.plain(),
          () -> millis * 1_000_000);

  private FakeScreen screen() {
    return FakeScreen.of(bytes.toString(StandardCharsets.UTF_8), size);
  }

  private void plan() {
    display.accept(
        new BuildEvent.Planned(
            List.of(
                new PlannedStep(1, "[a 1/2] FROM x", List.of()),
                new PlannedStep(2, "[a 2/2] RUN make " + "long ".repeat(20), List.of(1))),
            "namespaces"));
  }

  @Test
  void whatRunsIsDrawnInPlace() {
    plan();
    display.accept(new BuildEvent.StepFinished(1, Outcome.CACHED, Duration.ZERO));
    display.accept(new BuildEvent.StepStarted(2));
    millis = 1500;
    display.accept(new BuildEvent.StepOutput(2, false, "one\ntwo\r\n\u001b[2J日本\u0007"));
    display.accept(new BuildEvent.Transferred("pull b", 500, 1000, false));
    for (int i = 0; i < 5; i++) {
      display.idle();
    }
    assertEquals(
        List.of(
            " => [a 1/2] FROM x                                   CACHED",
            "[+] building 1.5s (1/2)",
            " / [a 2/2] RUN make long long long long long long l... 1.5s",
            "     one",
            "     two",
            "     日本\\x07",
            " / pull b                                      500B / 1.0kB"),
        screen().lines().stream().map(TtyDisplayTest::still).toList());
    display.accept(new BuildEvent.Transferred("pull b", 1000, 1000, true));
    display.accept(new BuildEvent.StepFinished(2, Outcome.DONE, Duration.ofSeconds(2)));
    display.accept(new BuildEvent.Reported(Problem.warning("W", "careful")));
    display.accept(new BuildEvent.Finished(true, Optional.empty(), Duration.ofSeconds(3)));
    display.idle();
    display.close();
    assertEquals(
        List.of(
            " => [a 1/2] FROM x                                   CACHED",
            " => [a 2/2] RUN make long long long long long long ... 2.0s",
            "warning: careful [W]",
            "[+] built in 3.0s (2 steps, 1 cached, 1.0kB moved)"),
        screen().lines());
  }

  private static String still(String line) {
    return line.replaceFirst("^ [-/|\\\\] ", " / ");
  }

  @Test
  void moreThanFitsIsCounted() {
    List<PlannedStep> steps = new java.util.ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      steps.add(new PlannedStep(i, "step " + i, List.of()));
    }
    display.accept(new BuildEvent.Planned(steps, "s"));
    for (int i = 1; i <= 40; i++) {
      display.accept(new BuildEvent.StepStarted(i));
      display.accept(new BuildEvent.StepOutput(i, false, "text\n"));
    }
    for (int i = 0; i < 20; i++) {
      display.idle();
    }
    List<String> lines = screen().lines();
    assertEquals(10, lines.size(), lines.toString());
    assertEquals("  ... and 32 more", lines.getLast());
    assertTrue(lines.getFirst().startsWith("[+] building"), lines.toString());
  }

  @Test
  void aNarrowerTerminalIsNotCorrupted() {
    plan();
    display.accept(new BuildEvent.StepStarted(2));
    for (int i = 0; i < 4; i++) {
      display.idle();
    }
    size = new Terminal.Size(12, 30);
    bytes.reset();
    millis = 2000;
    display.idle();
    display.close();
    String text = bytes.toString(StandardCharsets.UTF_8);
    assertTrue(text.startsWith("\r\u001b[3A"), "wrapped rows are counted: " + text);
    for (String line : EscapeSequences.remove(text).split("[\r\n]+")) {
      assertTrue(SafeText.columns(line) < 30, line);
    }
  }
}
