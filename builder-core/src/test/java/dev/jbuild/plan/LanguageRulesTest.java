package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.problem.InvalidInput;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Rules of the language that are easily overlooked. docs/compatibility.md says which test holds
/// which rule.
class LanguageRulesTest {

  private static ContainerConfig config(String body) {
    return Plans.standard().image("FROM busybox\n" + body + "\n").config();
  }

  private static List<String> run(Plans plans, String dockerfile) {
    return Plans.runs(plans.plan(dockerfile)).getLast().spec().env();
  }

  @Test
  void aVariableSetAgainKeepsItsPlace() {
    List<String> env = config("ENV a=1\nENV b=2\nENV a=3").env();
    assertEquals(List.of("a=3", "b=2"), env.subList(env.size() - 2, env.size()));
  }

  @Test
  void valuesOfOneLineSeeNothingOfIt() {
    assertTrue(config("ENV a=1\nENV a=2 b=$a").env().contains("b=1"));
  }

  @Test
  void aWorkingDirectoryIsStoredAsWritten() {
    assertEquals(Optional.of("/tmp//x/"), config("WORKDIR /tmp//x/").workingDir());
    assertEquals(Optional.of("/tmp/x/y"), config("WORKDIR /tmp//x/\nWORKDIR ./y/").workingDir());
  }

  @ParameterizedTest
  @CsvSource({
    "80, 80/tcp",
    "80/TCP, 80/tcp",
    "53/udp, 53/udp",
    "8000-8001/sctp, 8000/sctp 8001/sctp",
    "127.0.0.1:80:8080, 8080/tcp",
  })
  void ports(String written, String ports) {
    assertEquals(List.of(ports.split(" ")), config("EXPOSE " + written).exposedPorts());
  }

  @Test
  void portsComeOutOfVariablesToo() {
    assertEquals(
        List.of("80/tcp", "81/udp"), config("ARG p=\"80 81/udp\"\nEXPOSE $p").exposedPorts());
  }

  @Test
  void aHealthcheckHasAllItsOptions() {
    var check =
        config(
                "HEALTHCHECK --interval=5s --timeout=1m --start-period=2s --start-interval=100ms"
                    + " --retries=3 CMD a b")
            .healthcheck()
            .orElseThrow();
    assertEquals(List.of("CMD-SHELL", "a b"), check.test());
    assertEquals(OptionalLong.of(5_000_000_000L), check.interval());
    assertEquals(OptionalLong.of(60_000_000_000L), check.timeout());
    assertEquals(OptionalLong.of(2_000_000_000L), check.startPeriod());
    assertEquals(OptionalLong.of(100_000_000L), check.startInterval());
    assertEquals(OptionalInt.of(3), check.retries());
    assertEquals(List.of("NONE"), config("HEALTHCHECK none").healthcheck().orElseThrow().test());
    assertEquals(
        List.of("CMD", "a"), config("HEALTHCHECK cmd [\"a\"]").healthcheck().orElseThrow().test());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--interval=1us CMD a",
        "--interval=-1s CMD a",
        "--timeout=x CMD a",
        "--retries=-1 CMD a",
        "NONE a",
        "CMD",
        "TCP 80",
      })
  void malformedHealthchecks(String text) {
    assertThrows(InvalidInput.class, () -> config("HEALTHCHECK " + text));
  }

  @Test
  void ofTwoSpellingsOfAProxyTheLowerOneCounts() {
    Plans plans =
        Plans.standard().arg("HTTP_PROXY", "http://upper").arg("http_proxy", "http://lower");
    List<String> hidden =
        Plans.runs(plans.plan("FROM busybox\nRUN x\n")).getLast().spec().hiddenEnv();
    assertTrue(hidden.contains("http_proxy=http://lower"), hidden.toString());
    assertTrue(hidden.contains("HTTP_PROXY=http://lower"), hidden.toString());
  }

  @Test
  void theTargetsNameIsAnArgument() {
    String dockerfile = "FROM busybox AS one\nARG TARGETSTAGE\nRUN x\nFROM one AS two\nRUN y\n";
    assertTrue(run(Plans.standard().target("one"), dockerfile).contains("TARGETSTAGE=one"));
    assertTrue(run(Plans.standard(), dockerfile).contains("TARGETSTAGE=two"));
    assertTrue(
        run(Plans.standard(), "FROM busybox\nARG TARGETSTAGE\nRUN x\n")
            .contains("TARGETSTAGE=default"));
  }

  @Test
  void platformArgumentsAreOfTheBuildAndOfTheTarget() {
    String dockerfile =
        "FROM --platform=$BUILDPLATFORM busybox\n"
            + "ARG BUILDPLATFORM\nARG TARGETPLATFORM TARGETOS TARGETARCH TARGETVARIANT\nRUN x\n";
    BuildPlan plan = Plans.standard().platforms(Plans.ARM64).plan(dockerfile);
    List<String> env = Plans.runs(plan).getLast().spec().env();
    assertTrue(env.contains("BUILDPLATFORM=linux/amd64"), env.toString());
    assertTrue(env.contains("TARGETPLATFORM=linux/arm64"), env.toString());
    assertTrue(env.contains("TARGETOS=linux"), env.toString());
    assertTrue(env.contains("TARGETARCH=arm64"), env.toString());
    assertEquals(Plans.ARM64, plan.images().getFirst().platform());
    assertTrue(
        run(Plans.standard().arg("TARGETARCH", "mine"), "FROM busybox\nARG TARGETARCH\nRUN x\n")
            .contains("TARGETARCH=mine"));
  }

  @Test
  void triggersMayHoldHereDocumentsSourcesAndMounts() {
    String dockerfile =
        "FROM busybox AS files\nRUN x\n"
            + "FROM busybox AS base\n"
            + "ONBUILD COPY --from=files /a /b\n"
            + "ONBUILD COPY <<E /c\ntext\nE\n"
            + "ONBUILD RUN --mount=type=cache,target=/k --mount=from=files,target=/f go\n"
            + "FROM base\nRUN last\n";
    PlannedImage image = Plans.standard().image(dockerfile);
    List<String> history = Plans.history(image);
    assertEquals("COPY /a /b # buildkit", history.get(0));
    assertEquals("COPY <<E /c # buildkit", history.get(1));
    assertTrue(history.get(2).endsWith("go # buildkit"), history.toString());
    assertTrue(history.get(3).endsWith("last # buildkit"), history.toString());
    assertEquals(List.of(), image.config().onBuild());
    BuildPlan stored = Plans.standard().target("base").plan(dockerfile);
    assertEquals("COPY <<E /c\ntext\nE", stored.images().getFirst().config().onBuild().get(1));
  }

  @Test
  void anEntryPointClearsACommandThatItsOwnStageDidNotSet() {
    assertEquals(Optional.empty(), config("ENTRYPOINT [\"a\"]").cmd());
    assertEquals(Optional.of(List.of("b")), config("ENTRYPOINT [\"a\"]\nCMD [\"b\"]").cmd());
    assertEquals(Optional.of(List.of("b")), config("CMD [\"b\"]\nENTRYPOINT [\"a\"]").cmd());
  }

  @Test
  void labelsOfTheCommandLineWin() {
    PlannedImage image =
        Plans.standard()
            .label("a", "given")
            .image(
                "FROM busybox AS other\nLABEL c=d\nFROM busybox\nLABEL a=b\n"
                    + "COPY --from=other / /\n");
    assertEquals("given", image.config().labels().get("a"));
    assertEquals(null, image.config().labels().get("c"));
  }
}
