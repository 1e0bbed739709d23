package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BuildPlan.SkippedStage;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Which stages are planned, from what they start, and what is wrong with their names.
class StageSelectionTest {

  private static final String TWO =
      "FROM busybox AS build\nRUN make\nFROM busybox AS unused\nRUN ${:x}\nFROM scratch\n"
          + "COPY --from=build /a /\n";

  private static Problem problem(Plans plans, String text) {
    Problem problem =
        assertThrows(BuildException.class, () -> plans.plan(text)).problems().getFirst();
    return problem;
  }

  @Test
  void onlyWhatTheTargetNeedsIsPlanned() {
    BuildPlan plan = Plans.standard().plan(TWO);
    assertEquals(
        List.of("unused not needed by stage-2"),
        plan.skipped().stream().map(s -> s.stage() + " " + s.reason()).toList());
    assertEquals(1, Plans.runs(plan).size());
  }

  @Test
  void imagesOfUnneededStagesAreNotLookedUp() {
    FakeImages images = FakeImages.standard();
    Plans.with(images).plan("FROM nowhere\nFROM busybox\n");
    assertEquals(List.of("busybox linux/amd64"), List.copyOf(images.asked));
  }

  @Test
  void eachImageIsLookedUpOnce() {
    FakeImages images = FakeImages.standard();
    Plans.with(images)
        .plan("FROM busybox AS a\nFROM busybox\nCOPY --from=a /x /\nCOPY --from=busybox /y /\n");
    assertEquals(1, images.asked.size());
  }

  @Test
  void lookUpsRunSideBySide() {
    FakeImages slow = FakeImages.standard();
    BaseImages images =
        new BaseImages() {
          @Override
          public Step.BaseImage resolve(String name, Platform platform) {
            try {
              Thread.sleep(300);
            } catch (InterruptedException e) {
              throw new IllegalStateException(e);
            }
            synchronized (slow) {
              return slow.with(name, ContainerConfig.EMPTY).resolve(name, platform);
            }
          }

          @Override
          public Step.BaseImage resolveLayout(Path d, String selector, Platform platform) {
            throw new UnsupportedOperationException();
          }
        };
    StringBuilder text = new StringBuilder("FROM scratch\n");
    for (int i = 0; i < 20; i++) {
      text.append("COPY --from=image").append(i).append(" /a /\n");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(4),
        () ->
            new Planner(images)
                .plan(
                    dev.jbuild.dockerfile.Dockerfile.parse(
                        new dev.jbuild.problem.SourceText("Dockerfile", text.toString())),
                    new PlanOptions(
                        java.util.Optional.empty(),
                        java.util.Map.of(),
                        java.util.Map.of(),
                        List.of(),
                        Plans.AMD64,
                        java.util.Map.of(),
                        "default",
                        java.util.Set.of())));
  }

  @ParameterizedTest
  @CsvSource({"build", "BUILD", "0"})
  void aTargetIsANameInAnyCaseOrANumber(String target) {
    BuildPlan plan = Plans.standard().target(target).plan(TWO);
    assertInstanceOf(Step.Run.class, plan.images().getFirst().fileSystem());
    assertEquals(2, plan.skipped().size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "FROM scratch AS a\\nCOPY --from=a x /|circular dependency detected on stage: a",
        "FROM scratch AS a\\nCOPY --from=b x /\\nFROM scratch AS b\\nCOPY --from=a x /|circular dependency detected on stage: a",
        "FROM scratch\\nCOPY --from=0 x /|circular dependency detected on stage: stage-0",
        "FROM scratch\\nCOPY --from=7 x /|invalid stage index 7",
        "FROM scratch AS a\\nCOPY --from=b x /\\nFROM scratch AS b\\nFROM a|cannot copy from stage \"b\", it needs to be defined before current stage \"a\"",
        "FROM busybox AS a\\nRUN --mount=from=b,target=/m x\\nFROM scratch AS b\\nFROM a|cannot mount from stage \"b\" to \"/m\", stage needs to be defined before current command",
        "FROM busibox|busibox: not found",
        "FROM scratch AS builder\\nFROM scratch\\nCOPY --from=bulider x /|bulider: not found (did you mean builder?)",
        "FROM ${NONE} AS foo|base name (${NONE}) should not be blank",
        "ARG PLATFORM=linux/arm64\\nFROM --platform=$PLATFORN scratch|empty platform value from expression $PLATFORN (did you mean PLATFORM?)",
        "FROM --platform=a/b/c/d scratch|'a/b/c/d' is not a platform: expected os/arch[/variant]",
      })
  void whatIsWrongWithNamesIsSaidAtItsPlace(String text, String message) {
    Problem problem = problem(Plans.standard(), text.replace("\\n", "\n") + "\n");
    assertEquals(message, problem.message());
    assertTrue(problem.span().isPresent());
  }

  @Test
  void allFromLinesThatAreWrongAreToldTogether() {
    InvalidInput e =
        assertThrows(
            InvalidInput.class, () -> Plans.standard().plan("FROM $A\nFROM $B\nFROM scratch\n"));
    assertEquals(2, e.problems().size());
  }

  @Test
  void aFromMeansTheLatestEarlierStageOfThatName() {
    String text =
        "FROM busybox AS a\nENV V=1\nFROM busybox AS a\nENV V=2\nFROM A\nFROM scratch AS a\n";
    PlannedImage image = Plans.standard().target("2").image(text);
    assertTrue(image.config().env().contains("V=2"), image.config().env().toString());
  }

  @Test
  void manyStagesDoNotOverflow() {
    StringBuilder text = new StringBuilder("FROM scratch AS s0\n");
    int many = 100_000;
    for (int i = 1; i < many; i++) {
      text.append("FROM s").append(i - 1).append(" AS s").append(i).append("\nCOPY a /\n");
    }
    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          BuildPlan plan = Plans.standard().plan(text.toString());
          assertEquals(many - 1, plan.images().getFirst().history().size());
          assertTrue(dev.jbuild.plan.render.PlanText.of(plan).contains("99999 layers"));
        });
  }

  @Test
  void equalStepsOfSeveralPlatformsAreOne() {
    String text =
        "FROM --platform=$BUILDPLATFORM busybox AS build\nRUN make\n"
            + "FROM scratch\nARG TARGETARCH\nCOPY --from=build /a /\nCOPY bin-$TARGETARCH /b\n";
    BuildPlan plan = Plans.standard().platforms(Plans.AMD64, Plans.ARM64).plan(text);
    assertEquals(1, Plans.runs(plan).size());
    assertEquals(3, Plans.copies(plan).size());
    List<Step> first = Plans.layers(plan.images().get(0));
    List<Step> second = Plans.layers(plan.images().get(1));
    assertSame(first.get(1), second.get(1));
    assertEquals(Plans.ARM64, plan.images().get(1).platform());
    assertEquals(
        List.of("[build 2/2] RUN make", "[linux/arm64 stage-1 2/2] COPY bin-arm64 /b"),
        plan.origins().values().stream()
            .map(Origin::title)
            .filter(t -> t.contains("make") || t.contains("arm64"))
            .toList());
  }

  @Test
  void equalStagesAreOne() {
    String text =
        "FROM busybox AS a\nRUN x\nFROM busybox AS b\nRUN x\nFROM a\nCOPY --from=b /x /y\n";
    assertEquals(1, Plans.runs(Plans.standard().plan(text)).size());
  }

  @Test
  void stepsAreNumberedWithinTheirStage() {
    String text =
        "FROM busybox AS a\nWORKDIR /\nENV A=1\nRUN x\nFROM a AS b\nCOPY . /c/\nWORKDIR /d\n";
    assertEquals(
        List.of("[a 2/2] RUN x", "[b 1/2] COPY . /c/", "[b 2/2] WORKDIR /d"),
        Plans.standard().plan(text).origins().values().stream()
            .map(Origin::title)
            .skip(1)
            .toList());
    assertEquals(
        "[1/1] COPY a /",
        Plans.standard()
            .plan("FROM scratch\nCOPY a /\n")
            .origins()
            .values()
            .iterator()
            .next()
            .title());
  }

  @Test
  void skippedStagesSayWhere() {
    SkippedStage skipped = Plans.standard().plan(TWO).skipped().getFirst();
    assertEquals("Dockerfile:3:1", skipped.span().place());
  }
}
