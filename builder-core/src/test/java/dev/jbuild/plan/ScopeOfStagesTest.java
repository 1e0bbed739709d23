package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.ContainerConfig;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Build arguments and environment: who sees what, and who wins.
class ScopeOfStagesTest {

  private static List<String> env(Plans plans, String dockerfile) {
    return Plans.runs(plans.plan(dockerfile)).getLast().spec().env();
  }

  @Test
  void anArgumentIsAVariableOfLaterRunsOnlyIfItHasAValue() {
    List<String> env = env(Plans.standard(), "FROM busybox\nARG A\nARG B=\nARG C=1\nRUN x\n");
    assertTrue(env.containsAll(List.of("B=", "C=1")), env.toString());
    assertTrue(env.stream().noneMatch(e -> e.startsWith("A=")), env.toString());
  }

  @Test
  void theCommandLineBeatsTheDefaultWhichIsThenNotExpanded() {
    String text = "FROM busybox\nARG A=${X:?missing}\nRUN x\n";
    assertTrue(env(Plans.standard().arg("A", "given"), text).contains("A=given"));
  }

  @Test
  void whatIsSetLastWins() {
    String text = "FROM busybox\nENV V=env\nARG V=arg\nRUN echo $V\n";
    BuildPlan plan = Plans.standard().plan(text);
    assertTrue(Plans.runs(plan).getFirst().spec().env().contains("V=arg"));
    assertTrue(plan.images().getFirst().config().env().contains("V=env"));
    assertTrue(
        env(Plans.standard(), "FROM busybox\nARG V=arg\nENV V=env\nRUN x\n").contains("V=env"));
  }

  @Test
  void aChildStageStartsWithTheEnvironmentOfTheImageLast() {
    String text = "FROM busybox AS a\nENV V=env\nARG V=arg W=2\nFROM a\nRUN x\n";
    List<String> env = env(Plans.standard(), text);
    assertTrue(env.containsAll(List.of("V=env", "W=2")), env.toString());
  }

  @Test
  void globalArgumentsAreSeenByFromAndAfterAnotherArg() {
    String text = "ARG TAG=box N=1\nFROM busy$TAG\nENV BEFORE=$N\nARG N\nENV AFTER=$N\n";
    List<String> env = Plans.standard().image(text).config().env();
    assertTrue(env.containsAll(List.of("BEFORE=", "AFTER=1")), env.toString());
  }

  @Test
  void argumentsGivenButNotDeclaredChangeNothing() {
    String text = "FROM busybox\nRUN x\n";
    assertEquals(env(Plans.standard(), text), env(Plans.standard().arg("A", "1"), text));
  }

  @Test
  void proxiesReachRunUndeclaredAndOutsideItsKey() {
    Plans plans = Plans.standard().arg("http_proxy", "low").arg("HTTP_PROXY", "UP");
    RunSpec spec = Plans.runs(plans.plan("FROM busybox\nRUN x\n")).getFirst().spec();
    assertEquals(List.of("HTTP_PROXY=low", "http_proxy=low"), spec.hiddenEnv());
    assertTrue(spec.env().stream().noneMatch(e -> e.contains("low")));
    PlannedImage image = plans.image("FROM busybox\nRUN x\n");
    assertEquals(List.of("RUN /bin/sh -c x # buildkit"), Plans.history(image));
  }

  @Test
  void aDeclaredProxyIsOrdinary() {
    Plans plans = Plans.standard().arg("HTTP_PROXY", "p");
    RunSpec spec =
        Plans.runs(plans.plan("FROM busybox\nARG HTTP_PROXY\nRUN x\n")).getFirst().spec();
    assertTrue(spec.env().contains("HTTP_PROXY=p"));
    assertEquals(List.of("http_proxy=p"), spec.hiddenEnv());
  }

  @Test
  void platformArgumentsAreThereWhenDeclared() {
    String text =
        "FROM --platform=$BUILDPLATFORM busybox\nARG TARGETARCH BUILDARCH TARGETSTAGE\nRUN x\n";
    List<String> env = env(Plans.standard().platforms(Plans.ARM64), text);
    assertTrue(
        env.containsAll(List.of("TARGETARCH=arm64", "BUILDARCH=amd64", "TARGETSTAGE=default")),
        env.toString());
    assertTrue(
        env(Plans.standard(), text.replace("x\nARG", "x AS end\nARG")).contains("TARGETSTAGE=end"));
  }

  @Test
  void theEpochIsSeenWhereDeclaredOnly() {
    Plans plans = Plans.standard().arg("SOURCE_DATE_EPOCH", "7");
    BuildPlan plan = plans.plan("FROM busybox\nRUN a\nARG SOURCE_DATE_EPOCH\nRUN b\n");
    assertEquals(7, plan.sourceDateEpoch().orElseThrow().getEpochSecond());
    assertFalse(Plans.runs(plan).getFirst().spec().env().contains("SOURCE_DATE_EPOCH=7"));
    assertTrue(Plans.runs(plan).getLast().spec().env().contains("SOURCE_DATE_EPOCH=7"));
  }

  @Test
  void historyListsEveryDeclaredArgumentOnceWithItsPresentValue() {
    String text = "FROM busybox AS a\nARG B A=1\nFROM a\nARG A=2\nENV A=3\nRUN x\n";
    assertEquals(
        List.of("ARG B A=1", "ARG A=2", "ENV A=3", "RUN |2 B= A=3 /bin/sh -c x # buildkit"),
        Plans.history(Plans.standard().image(text)));
  }

  @Test
  void aPathIsAddedWhereTheBaseHasNone() {
    FakeImages images = new FakeImages().with("bare", ContainerConfig.EMPTY);
    String path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    assertEquals(List.of(path), Plans.with(images).image("FROM bare\n").config().env());
    assertEquals(List.of(path), Plans.standard().image("FROM scratch\n").config().env());
  }
}
