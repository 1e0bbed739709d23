package dev.jbuild.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.SourceSpec.Inline.File;
import dev.jbuild.problem.BuildException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// RUN: what is started, with what around it.
class RunPlanTest {

  private static RunSpec spec(Plans plans, String body) {
    return Plans.runs(plans.plan("FROM busybox\n" + body + "\n")).getLast().spec();
  }

  private static RunSpec spec(String body) {
    return spec(Plans.standard(), body);
  }

  private static RunMount mount(String body) {
    return spec(body).mounts().getFirst().mount();
  }

  @Test
  void shellFormsAndExecForms() {
    assertEquals(List.of("/bin/sh", "-c", "echo $A"), spec("RUN echo $A").arguments());
    assertEquals(List.of("ls", "$A"), spec("RUN [\"ls\", \"$A\"]").arguments());
    assertEquals(
        List.of("/bin/bash", "-ec", "x"),
        spec("SHELL [\"/bin/bash\", \"-ec\"]\nRUN x").arguments());
  }

  @Test
  void aLoneHereDocumentIsTheScript() {
    assertEquals(List.of("/bin/sh", "-c", "a\nb\n"), spec("RUN <<E\na\nb\nE").arguments());
    RunSpec script = spec("RUN <<-E\n\t#!/usr/bin/env perl\n\tprint\n\tE");
    assertEquals(List.of("/dev/pipes/E"), script.arguments());
    assertEquals(List.of(new File("E", "#!/usr/bin/env perl\nprint\n")), script.scripts());
  }

  @Test
  void otherHereDocumentsGoToTheShell() {
    assertEquals(
        List.of("/bin/sh", "-c", "cat <<A - <<B\n1\nA\n2\nB"),
        spec("RUN cat <<A - <<B\n1\nA\n2\nB").arguments());
    assertEquals(List.of("/bin/sh", "-c", "<<A cat\n1\nA"), spec("RUN <<A cat\n1\nA").arguments());
  }

  @Test
  void userAndDirectoryAreThoseInForce() {
    RunSpec spec = spec("USER bob\nWORKDIR /a//b/\nRUN x");
    assertEquals("bob", spec.user());
    assertEquals("/a/b", spec.workingDirectory());
    assertEquals("/", spec("RUN x").workingDirectory());
  }

  @ParameterizedTest
  @CsvSource({
    "default, '', default",
    "none, '', none",
    "none, --network=default, none",
    "default, --network=none, none",
    "host, --network=none, none",
  })
  void networks(String common, String flag, String network) {
    assertEquals(network, spec(Plans.standard().network(common), "RUN " + flag + " x").network());
  }

  @ParameterizedTest
  @CsvSource({
    "--network=host, network.host, network.host is not allowed",
    "--security=insecure, security.insecure, security.insecure is not allowed",
    "'--device=v.com/d=x,required', device, device v.com/d=x is not allowed",
    "'--device=v.com/d=x', device=v.com/d=x, device v.com/d=x is not allowed",
  })
  void entitlements(String flag, String entitlement, String message) {
    BuildException e = assertThrows(BuildException.class, () -> spec("RUN " + flag + " x"));
    assertEquals(message, e.problems().getFirst().message());
    RunSpec spec = spec(Plans.standard().allow(entitlement), "RUN " + flag + " x");
    assertTrue(spec.insecure() || spec.network().equals("host") || !spec.devices().isEmpty());
    assertFalse(spec("RUN x").insecure());
  }

  @Test
  void mountsAreExpandedAndComplete() {
    RunMount bind = mount("ENV D=d\nWORKDIR /w\nRUN --mount=source=../$D,target=$D x");
    assertEquals(Optional.of("d"), bind.source());
    assertEquals(Optional.of("/w/d"), bind.target());
    assertTrue(bind.readOnly());
    RunMount cache = mount("WORKDIR /w\nRUN --mount=type=cache,target=./c/ x");
    assertEquals(Optional.of("c"), cache.id());
    assertEquals(Optional.of("/w/c"), cache.target());
    assertEquals(Optional.of("/c"), mount("RUN --mount=type=cache,target=/c x").id());
  }

  @Test
  void cachesMayHaveANamespace() {
    Plans plans = Plans.standard().arg("BUILDKIT_CACHE_MOUNT_NS", "ns");
    RunSpec spec = spec(plans, "RUN --mount=type=cache,id=i,target=/c x");
    assertEquals(Optional.of("ns/i"), spec.mounts().getFirst().mount().id());
  }

  @Test
  void secretsAreFilesOrVariablesOrBoth() {
    RunMount file = mount("RUN --mount=type=secret,id=a/b x");
    assertEquals(Optional.of("/run/secrets/b"), file.target());
    assertEquals(Optional.of("b"), mount("RUN --mount=type=secret,target=/x/b y").id());
    assertEquals(Optional.empty(), mount("RUN --mount=type=secret,id=a,env=A x").target());
    assertEquals(
        Optional.of("/t"), mount("RUN --mount=type=secret,id=a,env=A,target=/t x").target());
    assertThrows(BuildException.class, () -> mount("RUN --mount=type=secret,env=A x"));
  }

  @Test
  void agentsAreNumberedAndAnnounced() {
    RunSpec spec = spec("RUN --mount=type=ssh --mount=type=ssh,id=b x");
    assertEquals(
        List.of("/run/buildkit/ssh_agent.0 default", "/run/buildkit/ssh_agent.1 b"),
        spec.mounts().stream()
            .map(m -> m.mount().target().orElseThrow() + " " + m.mount().id().orElseThrow())
            .toList());
    assertTrue(spec.env().contains("SSH_AUTH_SOCK=/run/buildkit/ssh_agent.0"));
  }

  @Test
  void whatTheLogShows() {
    BuildPlan plan =
        Plans.standard().plan("FROM busybox\nRUN a && \\\n  b\nRUN <<E\n\nfirst\nsecond\nE\n");
    assertEquals(
        List.of("[2/3] RUN a &&   b", "[3/3] RUN <<E (first...)"),
        plan.origins().values().stream().map(Origin::title).skip(1).toList());
  }
}
