package dev.jbuild.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventJsonTest {

  static Stream<BuildEvent> events() {
    Digest digest = Digest.ofUtf8("x");
    Problem bare = Problem.warning("UndefinedVar", "no $FOO");
    SourceSpan span = new SourceSpan(new SourceText("Dockerfile", "\n\nRUN é\r\nx"), 3, 5, 4, 2);
    return Stream.of(
        new BuildEvent.Planned(
            List.of(
                new BuildEvent.PlannedStep(1, "[a 1/2] FROM \"q\"", List.of()),
                new BuildEvent.PlannedStep(2, "[a 2/2] RUN x", List.of(1))),
            "namespaces"),
        new BuildEvent.StepStarted(2),
        new BuildEvent.StepOutput(2, true, "a\u001b[1m\r\n日本 \ud83d\ude00 \udc80 half"),
        new BuildEvent.StepOutput(2, false, ""),
        new BuildEvent.StepNoted(2, "miss", "src/a.c changed content"),
        new BuildEvent.StepFinished(2, Outcome.DONE, Duration.ofNanos(1_234_567_890_123L)),
        new BuildEvent.StepFinished(2, Outcome.CACHED, Duration.ZERO),
        new BuildEvent.StepFinished(2, Outcome.FAILED, Duration.ofDays(30)),
        new BuildEvent.StepFinished(2, Outcome.CANCELED, Duration.ZERO),
        new BuildEvent.Transferred("pull alpine", 1L << 40, -1, false),
        new BuildEvent.Reported(bare),
        new BuildEvent.Reported(bare.at(span).help("one\ntwo")),
        new BuildEvent.Exported("oci", "/tmp/x", Optional.of(digest), Duration.ofMillis(3)),
        new BuildEvent.Exported("tar", "-", Optional.empty(), Duration.ZERO),
        new BuildEvent.Finished(true, Optional.of(digest), Duration.ofSeconds(1)),
        new BuildEvent.Finished(false, Optional.empty(), Duration.ZERO));
  }

  @ParameterizedTest
  @MethodSource("events")
  void everyEventComesBack(BuildEvent event) {
    String line = EventJson.write(event);
    assertEquals(event, EventJsonReader.read(line));
    assertTrue(line.chars().allMatch(c -> c >= ' ' && c < 0x7f), line);
    assertEquals(
        event, EventJsonReader.read(EventJson.write(event, Instant.parse("2026-01-02T03:04:05Z"))));
  }

  @Test
  void noKindOfEventIsForgotten() {
    Set<Class<?>> covered = events().map(Object::getClass).collect(Collectors.toSet());
    assertEquals(Set.copyOf(Arrays.asList(BuildEvent.class.getPermittedSubclasses())), covered);
  }

  @Test
  void aProblemRendersTheSameAfterTheTrip() {
    SourceText source = new SourceText("Dockerfile", "FROM a\nRUN b\nCMD c\n");
    Problem problem = Problem.error("E", "m").at(new SourceSpan(source, 2, 5, 2, 6));
    String line = EventJson.write(new BuildEvent.Reported(problem));
    Problem back = ((BuildEvent.Reported) EventJsonReader.read(line)).problem();
    assertEquals(ProblemRenderer.plain().render(problem), ProblemRenderer.plain().render(back));
    assertEquals(line, EventJson.write(new BuildEvent.Reported(back)));
  }

  @Test
  void membersHaveStableNames() {
    assertEquals(
        "{\"event\":\"stepFinished\",\"id\":3,\"outcome\":\"done\",\"took\":1500000000}",
        EventJson.write(new BuildEvent.StepFinished(3, Outcome.DONE, Duration.ofMillis(1500))));
    assertEquals(
        "{\"time\":\"2026-01-02T03:04:05Z\",\"event\":\"stepStarted\",\"id\":3}",
        EventJson.write(new BuildEvent.StepStarted(3), Instant.parse("2026-01-02T03:04:05Z")));
  }

  @Test
  void unknownMembersAreSkipped() {
    assertEquals(
        new BuildEvent.StepStarted(3),
        EventJsonReader.read("{\"new\":[1],\"event\":\"stepStarted\",\"id\":3}"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"event\":\"other\"}",
        "{\"event\":\"stepStarted\"}",
        "{\"event\":\"stepStarted\",\"id\":99999999999}",
        "{\"event\":\"stepStarted\",\"id\":\"1\"}",
        "{\"event\":\"stepStarted\",\"id\":1} x",
        "{\"event\":\"stepFinished\",\"id\":1,\"outcome\":\"gone\",\"took\":1}",
        "{\"event\":\"finished\",\"success\":true,\"digest\":\"md5:1\",\"took\":1}",
        "{\"event\":\"reported\",\"code\":\"E\",\"severity\":\"error\",\"message\":\"\","
            + "\"span\":{\"source\":\"x\",\"startLine\":2000000000,\"startColumn\":1,"
            + "\"endLine\":2000000000,\"endColumn\":1}}",
      })
  void malformedLinesAreRefused(String line) {
    assertThrows(InvalidInput.class, () -> EventJsonReader.read(line));
  }
}
