package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.InvalidInput;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// `--build-context`: what a name can stand for, and what it replaces.
class NamedContextsTest {

  private static final NamedContext DIRECTORY = new NamedContext.Directory(Path.of("/d"));

  private static FakeImages images() {
    return FakeImages.standard()
        .with(
            "other", ContainerConfig.EMPTY.withEnv(List.of("PATH=/p", "O=1")).withWorkingDir("/w"));
  }

  private static CopySpec.Item item(BuildPlan plan) {
    return Plans.copies(plan).getLast().spec().items().getFirst();
  }

  @Test
  void aContextReplacesAnImageWithItsConfiguration() {
    Plans plans = Plans.with(images()).context("alpine", new NamedContext.Image("other"));
    for (String name : List.of("alpine", "alpine:latest", "docker.io/library/alpine")) {
      PlannedImage image = plans.image("FROM " + name + "\n");
      assertEquals(List.of("PATH=/p", "O=1"), image.config().env());
      assertEquals(Optional.of("/w"), image.config().workingDir());
    }
  }

  @Test
  void theContextForThePlatformComesFirst() {
    Plans plans =
        Plans.with(images())
            .platforms(Plans.ARM64)
            .context("alpine", DIRECTORY)
            .context("alpine::linux/arm64", new NamedContext.Image("other"));
    assertTrue(plans.image("FROM alpine\n").config().env().contains("O=1"));
  }

  @Test
  void aContextReplacesAWholeStage() {
    Plans plans = Plans.standard().context("build", DIRECTORY);
    BuildPlan plan =
        plans.plan("FROM nowhere AS build\nRUN false\nFROM scratch\nCOPY --from=build /a /b\n");
    assertEquals(new SourceSpec.Context("build"), ((Step.Source) item(plan).from()).spec());
    assertEquals("replaced by the named context build", plan.skipped().getFirst().reason());
    assertTrue(Plans.runs(plan).isEmpty());
  }

  @Test
  void scratchAndContextCannotBeReplaced() {
    Plans plans = Plans.standard().context("scratch", DIRECTORY);
    assertInstanceOf(Step.Scratch.class, plans.image("FROM scratch\n").fileSystem());
  }

  @Test
  void filesOfADirectoryAreTheFirstLayerOfAStageFromIt() {
    BuildPlan plan = Plans.standard().context("files", DIRECTORY).plan("FROM files\nRUN x\n");
    Step.Copy copy = Plans.copies(plan).getFirst();
    assertInstanceOf(Step.Scratch.class, copy.onto());
    assertEquals("", copy.spec().items().getFirst().path());
    assertEquals("/", copy.spec().destination());
    assertEquals(2, plan.images().getFirst().history().size());
  }

  @Test
  void aDownloadedContextIsUnpacked() {
    BuildPlan plan =
        Plans.standard()
            .context("src", new NamedContext.Http("https://host/a/src.tgz"))
            .plan("FROM scratch\nCOPY --from=src /x /\n");
    Step.Copy unpacked = assertInstanceOf(Step.Copy.class, item(plan).from());
    assertEquals(CopySpec.Archive.UNPACK_IF_ARCHIVE, unpacked.spec().items().getFirst().archive());
  }

  @Test
  void aMountMayComeFromAContext() {
    BuildPlan plan =
        Plans.standard()
            .context("src", DIRECTORY)
            .plan("FROM busybox\nRUN --mount=from=src,target=/s x\n");
    RunSpec.MountSpec mount = Plans.runs(plan).getFirst().spec().mounts().getFirst();
    assertEquals(Optional.of(new Step.Source(new SourceSpec.Context("src"))), mount.from());
  }

  @Test
  void thisMachineCanBeUsedButNotShipped() {
    Plans plans = Plans.standard().context("host", new NamedContext.Host());
    String build = "FROM host AS build\nRUN make\n";
    BuildPlan plan = plans.plan(build + "FROM scratch\nCOPY --from=build /out /\n");
    assertInstanceOf(Step.Host.class, Plans.runs(plan).getFirst().root());
    InvalidInput e = assertThrows(InvalidInput.class, () -> plans.plan(build + "FROM build\n"));
    assertTrue(e.problems().getFirst().help().orElseThrow().contains("COPY --from"));
  }

  @Test
  void aLayoutIsReadByItsSelector() {
    FakeImages images = images();
    Plans.with(images)
        .context("base", new NamedContext.OciLayout(Path.of("/layout"), ":v1"))
        .plan("FROM base\n");
    assertEquals(List.of("/layout:v1 linux/amd64"), List.copyOf(images.asked));
  }
}
