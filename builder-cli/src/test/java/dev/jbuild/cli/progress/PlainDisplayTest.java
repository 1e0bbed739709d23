package dev.jbuild.cli.progress;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.event.BuildEvent.PlannedStep;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PlainDisplayTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private long millis;
  private final PlainDisplay display =
      new PlainDisplay(
          new PrintStream(bytes, false, StandardCharsets.UTF_8),
          ProblemRenderer.plain(),
          () -> millis * 1_000_000);

  private String shown() {
    display.close();
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private void plan() {
    display.accept(
        new BuildEvent.Planned(
            List.of(
                new PlannedStep(1, "[a 1/2] FROM x", List.of()),
                new PlannedStep(2, "[a 2/2] RUN one\ntwo", List.of(1)),
                new PlannedStep(3, "[b 1/1] RUN three", List.of(1))),
            "namespaces"));
  }

  private void output(int id, String text) {
    display.accept(new BuildEvent.StepOutput(id, false, text));
  }

  private void end(int id, Outcome outcome, long took) {
    display.accept(new BuildEvent.StepFinished(id, outcome, Duration.ofMillis(took)));
  }

  @Test
  void parallelStepsStandTogether() {
    plan();
    end(1, Outcome.CACHED, 0);
    display.accept(new BuildEvent.StepStarted(2));
    display.accept(new BuildEvent.StepStarted(3));
    millis = 250;
    output(2, "first\nsec");
    output(3, "other\n");
    millis = 500;
    output(2, "ond\nno end");
    end(3, Outcome.DONE, 1500);
    end(2, Outcome.FAILED, 65_000);
    display.accept(
        new BuildEvent.Finished(
            true, Optional.of(new Digest("0".repeat(64))), Duration.ofHours(1)));
    assertEquals(
        """
        => sandbox: namespaces
        #1 [a 1/2] FROM x
        #1 CACHED

        #2 [a 2/2] RUN one\\ntwo
        #2 0.250 first
        #2 0.500 second
        #2 0.500 no end
        #2 FAILED 1m05s

        #3 [b 1/1] RUN three
        #3 0.250 other
        #3 DONE 1.5s

        => built sha256:%s in 1h00m00s (3 steps, 1 cached)
        """
            .formatted("0".repeat(64)),
        shown());
  }

  @Test
  void aSilentStepLosesTheWord() {
    plan();
    display.accept(new BuildEvent.StepStarted(2));
    output(2, "a\n");
    output(3, "b\n");
    display.idle();
    millis = 3100;
    display.idle();
    output(2, "c\n");
    millis = 3200;
    end(3, Outcome.DONE, 1);
    end(2, Outcome.DONE, 1);
    assertEquals(
        """
        => sandbox: namespaces
        #2 [a 2/2] RUN one\\ntwo
        #2 0.000 a
        #2 ...

        #3 [b 1/1] RUN three
        #3 0.000 b
        #3 DONE 0.0s

        #2 [a 2/2] RUN one\\ntwo
        #2 3.100 c
        #2 DONE 0.0s

        """,
        shown());
  }

  @Test
  void nothingOfAHugeLogIsLost() {
    plan();
    output(2, "speaks\n");
    for (int i = 0; i < 200_000; i++) {
      output(3, "waiting line " + i + "\n");
    }
    end(2, Outcome.DONE, 1);
    end(3, Outcome.DONE, 1);
    List<String> lines = shown().lines().filter(l -> l.contains("waiting")).toList();
    assertEquals(200_000, lines.size());
    for (int i = 0; i < 200_000; i++) {
      assertTrue(lines.get(i).endsWith("waiting line " + i), lines.get(i));
    }
  }

  @Test
  void terminalsAreSafeFromOutput() {
    plan();
    output(2, "\u001b[31mred\u001b[0m \u001b]0;title\u0007 \u001b[2J bell\u0007 nul\u0000\r\n");
    output(2, "10%\r20%\rdone\n");
    assertEquals(
        """
        => sandbox: namespaces
        #2 [a 2/2] RUN one\\ntwo
        #2 0.000 red   bell\\x07 nul\\x00
        #2 0.000 10%
        #2 0.000 20%
        #2 0.000 done

        """,
        shown());
  }

  @Test
  void endlessLinesComeInPieces() {
    plan();
    for (int i = 0; i < 100; i++) {
      output(2, "x".repeat(1000));
    }
    end(2, Outcome.DONE, 1);
    String text = shown();
    assertEquals(
        100_000,
        text.lines().filter(l -> l.startsWith("#2 0.")).mapToLong(l -> l.length() - 9).sum());
    assertTrue(text.lines().allMatch(l -> l.length() < 17_000));
  }

  @Test
  void warningsTransfersAndExports() {
    display.accept(new BuildEvent.Reported(Problem.warning("W", "careful")));
    display.accept(new BuildEvent.Reported(Problem.error("E", "shown at the end")));
    display.accept(new BuildEvent.Transferred("pull a", 0, 3_400_000, false));
    millis = 6000;
    display.accept(new BuildEvent.Transferred("pull a", 1_250_000, 3_400_000, false));
    display.accept(new BuildEvent.Transferred("pull a", 3_400_000, 3_400_000, true));
    display.accept(
        new BuildEvent.Exported("oci", "/x\ny", Optional.empty(), Duration.ofMillis(120)));
    assertEquals(
        """
        warning: careful [W]
        => pull a 1.3MB / 3.4MB
        => pull a 3.4MB
        => exported oci /x\\ny 0.1s
        """,
        shown());
  }
}
