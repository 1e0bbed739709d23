package dev.jbuild.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BuildStateTest {

  private long now = 100;
  private final BuildState state = new BuildState(() -> now);

  private void planned() {
    state.accept(
        new BuildEvent.Planned(
            List.of(
                new BuildEvent.PlannedStep(1, "[a 1/2] FROM x", List.of()),
                new BuildEvent.PlannedStep(2, "[a 2/2] RUN y", List.of(1))),
            "namespaces"));
  }

  @Test
  void stepsGoFromWaitingToTheirEnd() {
    planned();
    assertEquals("namespaces", state.sandbox());
    assertEquals(new BuildState.Status.Waiting(), state.step(2).status());
    state.accept(new BuildEvent.StepFinished(1, Outcome.CACHED, Duration.ZERO));
    now = 200;
    state.accept(new BuildEvent.StepStarted(2));
    assertTrue(state.step(2).running());
    assertEquals(200, state.step(2).since());
    state.accept(new BuildEvent.StepFinished(2, Outcome.FAILED, Duration.ofSeconds(1)));
    assertFalse(state.step(2).running());
    assertEquals(2, state.failed().orElseThrow().id());
    assertEquals(1, state.count(Outcome.CACHED));
    assertEquals(List.of(1, 2), state.steps().stream().map(s -> s.id()).toList());
  }

  @Test
  void outputLeavesItsLastLines() {
    planned();
    for (int i = 0; i < 1000; i++) {
      state.accept(new BuildEvent.StepOutput(2, false, "line " + i + "\npar"));
      state.accept(new BuildEvent.StepOutput(2, true, "t\r"));
    }
    List<String> tail = state.step(2).tail().lines();
    assertEquals(BuildState.TAIL_LINES, tail.size());
    assertEquals("line 999", tail.get(18));
    assertEquals("part", tail.get(19));
  }

  @Test
  void linesOfTheTailAreBounded() {
    OutputTail tail = new OutputTail(3);
    for (int i = 0; i < 100; i++) {
      tail.add("x".repeat(10_000));
    }
    assertEquals(1, tail.lines().size());
    assertEquals(4099, tail.lines().getFirst().length());
    tail.add("\rnew\r\nafter");
    assertEquals(List.of("new", "after"), tail.lines());
  }

  @Test
  void transfersAreHeldWhileTheyRun() {
    state.accept(new BuildEvent.Transferred("pull a", 10, 100, false));
    now = 300;
    state.accept(new BuildEvent.Transferred("pull a", 50, 100, false));
    state.accept(new BuildEvent.Transferred("pull b", 5, -1, false));
    BuildState.Transfer first = state.transfers().iterator().next();
    assertEquals(new BuildState.Transfer("pull a", 50, 100, 100), first);
    state.accept(new BuildEvent.Transferred("pull a", 100, 100, true));
    assertEquals(1, state.transfers().size());
    assertEquals(105, state.bytesMoved());
  }

  @Test
  void eventsOfUnannouncedStepsAreNoBug() {
    state.accept(new BuildEvent.StepOutput(7, false, "x"));
    assertEquals("step 7", state.step(7).title());
  }

  @Test
  void theEndIsKept() {
    BuildEvent.Finished end = new BuildEvent.Finished(true, Optional.empty(), Duration.ZERO);
    state.accept(end);
    assertEquals(Optional.of(end), state.finished());
  }
}
