package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.CheckResult;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Dockerfiles in the styles of popular projects: each is read, planned and checked without a false
/// alarm.
class RealWorldTest {

  private static final Path DIRECTORY = Path.of("../testdata/realworld");

  /// What the checks rightly say of some of them.
  private static final Map<String, Set<String>> WARNINGS =
      Map.of(
          "legacy",
          Set.of("MaintainerDeprecated", "LegacyKeyValueFormat", "JSONArgsRecommended"),
          "php-apache",
          Set.of("LegacyKeyValueFormat"),
          "ci-tools",
          Set.of("NoEmptyContinuation"));

  /// Any image there is, with the environment that such images have.
  private static final class AnyImage implements BaseImages {
    private final FakeImages images = FakeImages.standard();

    @Override
    public Step.BaseImage resolve(String name, Platform platform) {
      ContainerConfig config =
          ContainerConfig.EMPTY.withEnv(List.of("PATH=/usr/bin:/bin", "LANG=C.UTF-8"));
      images.with(
          name,
          new ImageConfig(
              platform,
              Optional.empty(),
              Optional.empty(),
              config,
              List.of(),
              List.of(),
              Map.of()));
      return images.resolve(name, platform);
    }

    @Override
    public Step.BaseImage resolveLayout(Path directory, String selector, Platform platform) {
      throw new AssertionError("no layout was named");
    }
  }

  @TestFactory
  Stream<DynamicTest> files() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    try (Stream<Path> directories = Files.list(DIRECTORY)) {
      for (Path directory : directories.sorted().toList()) {
        tests.add(DynamicTest.dynamicTest(directory.getFileName().toString(), () -> of(directory)));
      }
    }
    assertTrue(tests.size() >= 30, "there were " + tests.size());
    return tests.stream();
  }

  private static void of(Path directory) throws IOException {
    String text = Files.readString(directory.resolve("Dockerfile"));
    Dockerfile dockerfile = Dockerfile.parse(new SourceText("Dockerfile", text));
    for (Platform platform : List.of(Plans.AMD64, Plans.ARM64)) {
      BuildPlan plan =
          new Planner(new AnyImage())
              .plan(
                  dockerfile,
                  new PlanOptions(
                      Optional.empty(),
                      Map.of(),
                      Map.of(),
                      List.of(platform),
                      Plans.AMD64,
                      Map.of(),
                      "default",
                      Set.of()));
      assertEquals(platform, plan.images().getFirst().platform());
      assertFalse(plan.images().getFirst().history().isEmpty());
    }
    String name = directory.getFileName().toString();
    CheckResult checked =
        Checker.check(
            dockerfile,
            new CheckOptions(
                Map.of(),
                Optional.empty(),
                true,
                IgnoreRules.NONE,
                new BaseFacts(
                    image -> Optional.of(new BaseFacts.Base(Set.of("PATH", "LANG"), false)),
                    List.of()),
                RuleSelection.DOCKER));
    Set<String> codes = new TreeSet<>();
    checked.warnings().stream().map(Problem::code).forEach(codes::add);
    assertEquals(
        new TreeSet<>(WARNINGS.getOrDefault(name, Set.of())),
        codes,
        () -> checked.warnings().toString());
  }
}
