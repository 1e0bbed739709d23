package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.BuildException;
import java.util.List;
import org.junit.jupiter.api.Test;

/// ONBUILD: stored here, done first by the next, once.
class TriggersTest {

  @Test
  void triggersOfAnImageRunFirstAndAreGone() {
    FakeImages images =
        new FakeImages()
            .with(
                "base",
                ContainerConfig.EMPTY.withOnBuild(List.of("RUN one", "ENV A=1", "COPY . /s")));
    PlannedImage image = Plans.with(images).image("FROM base\nRUN two\n");
    assertEquals(
        List.of(
            "RUN /bin/sh -c one # buildkit",
            "ENV A=1",
            "COPY . /s # buildkit",
            "RUN /bin/sh -c two # buildkit"),
        Plans.history(image));
    assertEquals(List.of(), image.config().onBuild());
  }

  @Test
  void aTriggerMayNeedAStageThatNothingElseNeeds() {
    FakeImages images =
        FakeImages.standard()
            .with("base", ContainerConfig.EMPTY.withOnBuild(List.of("COPY --from=src /a /b")));
    BuildPlan plan = Plans.with(images).plan("FROM busybox AS src\nRUN x\nFROM base\n");
    assertEquals(1, Plans.runs(plan).size());
    assertEquals(List.of(), plan.skipped());
    assertEquals(
        List.of("[src 2/2] RUN x", "[stage-1 2/2] ONBUILD COPY --from=src /a /b"),
        plan.origins().entrySet().stream()
            .filter(e -> !(e.getKey() instanceof Step.Base))
            .map(e -> e.getValue().title())
            .toList());
  }

  @Test
  void aTriggerThatNeedsItsOwnStageIsCircular() {
    FakeImages images =
        new FakeImages()
            .with("base", ContainerConfig.EMPTY.withOnBuild(List.of("COPY --from=me /a /b")));
    BuildException e =
        assertThrows(BuildException.class, () -> Plans.with(images).plan("FROM base AS me\n"));
    assertTrue(e.getMessage().contains("circular dependency detected on stage: me"));
  }

  @Test
  void theStageItselfKeepsWhatItStores() {
    PlannedImage image =
        Plans.standard().image("FROM scratch\nONBUILD RUN a\nONBUILD COPY <<E /f\nhi\nE\n");
    assertEquals(2, image.config().onBuild().size());
    assertEquals(List.of(), Plans.history(image));
  }
}
