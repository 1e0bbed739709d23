package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.SourceText;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// SOURCE_DATE_EPOCH as a number and as the name of something that has a time.
class SourceDateEpochTest {

  private static final String URL = "https://example.com/a.tar.gz";
  private static final String REPOSITORY = "https://example.com/r.git";
  private static final Instant CHANGED = Instant.ofEpochSecond(1_600_000_000);

  private final List<SourceSpec> asked = new ArrayList<>();
  private final Map<String, String> args = new HashMap<>();
  private final Map<String, NamedContext> contexts = new HashMap<>();
  private Optional<Instant> answer = Optional.of(CHANGED);

  private BuildPlan plan(String dockerfile) {
    SourceTimes times =
        source -> {
          asked.add(source);
          return answer;
        };
    return new Planner(FakeImages.standard(), times)
        .plan(
            Dockerfile.parse(new SourceText("Dockerfile", dockerfile)),
            new PlanOptions(
                Optional.empty(),
                args,
                Map.of(),
                List.of(Plans.AMD64),
                Plans.AMD64,
                contexts,
                "default",
                Set.of()));
  }

  private static String seenByRun(BuildPlan plan) {
    return Plans.runs(plan).getLast().spec().env().stream()
        .filter(e -> e.startsWith("SOURCE_DATE_EPOCH"))
        .findFirst()
        .orElse("");
  }

  @Test
  void aNumber() {
    args.put("SOURCE_DATE_EPOCH", "7");
    BuildPlan plan = plan("ARG SOURCE_DATE_EPOCH=9\nFROM busybox\n");
    assertEquals(Optional.of(Instant.ofEpochSecond(7)), plan.sourceDateEpoch());
    args.put("SOURCE_DATE_EPOCH", "");
    assertEquals(
        Optional.empty(), plan("ARG SOURCE_DATE_EPOCH=9\nFROM busybox\n").sourceDateEpoch());
    args.clear();
    plan = plan("ARG SOURCE_DATE_EPOCH=9\nFROM busybox\n");
    assertEquals(Optional.of(Instant.ofEpochSecond(9)), plan.sourceDateEpoch());
    assertEquals(List.of(), asked);
  }

  @Test
  void theDefaultMayNameTheContext() {
    BuildPlan plan =
        plan("ARG SOURCE_DATE_EPOCH=context\nFROM busybox\nARG SOURCE_DATE_EPOCH\nRUN x\n");
    assertEquals(List.of(new SourceSpec.Context("")), asked);
    assertEquals(Optional.of(CHANGED), plan.sourceDateEpoch());
    assertEquals("SOURCE_DATE_EPOCH=1600000000", seenByRun(plan));
  }

  @Test
  void theBuildArgumentMayNameTheContext() {
    args.put("SOURCE_DATE_EPOCH", "context");
    BuildPlan plan = plan("FROM busybox\nARG SOURCE_DATE_EPOCH=3\nRUN x\n");
    assertEquals(Optional.of(CHANGED), plan.sourceDateEpoch());
    assertEquals("SOURCE_DATE_EPOCH=1600000000", seenByRun(plan));
  }

  @Test
  void whatHasNoTimeGivesNone() {
    answer = Optional.empty();
    BuildPlan plan =
        plan("ARG SOURCE_DATE_EPOCH=context\nFROM busybox\nARG SOURCE_DATE_EPOCH\nRUN x\n");
    assertEquals(Optional.empty(), plan.sourceDateEpoch());
    assertEquals("SOURCE_DATE_EPOCH=", seenByRun(plan));
  }

  @Test
  void aNamedContext() {
    args.put("SOURCE_DATE_EPOCH", "Src");
    contexts.put("src", new NamedContext.Git(REPOSITORY + "#v1"));
    assertEquals(Optional.of(CHANGED), plan("FROM scratch AS src\n").sourceDateEpoch());
    assertEquals(
        List.of(SourceSpec.git(REPOSITORY + "#v1", Optional.empty(), Optional.empty())), asked);
  }

  @Test
  void anImageHasNoTime() {
    args.put("SOURCE_DATE_EPOCH", "src");
    contexts.put("src", new NamedContext.Image("busybox"));
    assertEquals(Optional.empty(), plan("FROM busybox\n").sourceDateEpoch());
    assertEquals(List.of(), asked);
  }

  @Test
  void aStageThatAddsADownload() {
    String dockerfile =
        "ARG SOURCE_DATE_EPOCH=source\nARG HOST=example.com\n"
            + "FROM scratch AS source\nARG NAME=a.tar.gz\nADD https://$HOST/$NAME /\n"
            + "FROM busybox\n";
    assertEquals(Optional.of(CHANGED), plan(dockerfile).sourceDateEpoch());
    assertEquals(List.of(SourceSpec.http(URL, Optional.empty())), asked);
    asked.clear();
    args.put("NAME", "b");
    plan(dockerfile);
    assertEquals(List.of(SourceSpec.http("https://example.com/b", Optional.empty())), asked);
  }

  @Test
  void aStageThatAddsARepository() {
    plan(
        "ARG SOURCE_DATE_EPOCH=SOURCE\nFROM scratch AS source\nADD --keep-git-dir=true "
            + REPOSITORY
            + " /\nFROM busybox\n");
    assertEquals(List.of(SourceSpec.git(REPOSITORY, Optional.empty(), Optional.of(true))), asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "FROM busybox AS source\nADD https://e.com/a /",
        "FROM scratch AS source",
        "FROM scratch AS source\nADD https://e.com/a /\nADD https://e.com/b /",
        "FROM scratch AS source\nADD https://e.com/a https://e.com/b /",
        "FROM scratch AS source\nADD local /",
        "FROM scratch AS source\nADD <<EOF /\nx\nEOF",
        "FROM scratch AS source\nADD https://e.com/a /\nLABEL a=b",
      })
  void otherStagesCannotBeAsked(String stage) {
    InvalidInput problem =
        assertThrows(
            InvalidInput.class,
            () -> plan("ARG SOURCE_DATE_EPOCH=source\n" + stage + "\nFROM busybox\n"));
    assertEquals("InvalidEpoch", problem.problems().getFirst().code());
    assertTrue(problem.problems().getFirst().span().isPresent());
    assertEquals(List.of(), asked);
  }

  @ParameterizedTest
  @ValueSource(strings = {"never", "-5", "1.5", "123456789012"})
  void whatIsNeitherIsRefused(String value) {
    args.put("SOURCE_DATE_EPOCH", value);
    InvalidInput problem = assertThrows(InvalidInput.class, () -> plan("FROM busybox\n"));
    assertEquals("invalid SOURCE_DATE_EPOCH: " + value, problem.problems().getFirst().message());
  }
}
