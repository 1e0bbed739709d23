package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Steps that look for what is not theirs, and steps that print who they are. Needs root and
/// busybox.
@Timeout(180)
class HuntingIT {

  private static final String VALUE = "hunted-t0ken-9c1d";

  private StepBuilds builds;

  @BeforeEach
  void prepare() throws IOException {
    builds = new StepBuilds();
    builds.secrets(Map.of("tok", VALUE.getBytes(StandardCharsets.UTF_8)), true);
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  /// The pattern is put together in the step, so that the hunt does not find itself.
  @Test
  void aStepWithoutTheSecretFindsItNowhere() {
    builds.build(
        "RUN --mount=type=secret,id=tok test -s /run/secrets/tok && echo used > /used",
        "RUN p=hunted-$(echo t0ken); { env; cat /proc/*/environ /proc/*/cmdline"
            + " /proc/*/task/*/environ; head -c 1000000 /proc/1/mem; } 2>/dev/null | grep -a \"$p\";"
            + " find / -xdev -type f -size -2000k -exec grep -l \"$p\" {} + 2>/dev/null;"
            + " find /run /dev /tmp -type f -exec grep -l \"$p\" {} + 2>/dev/null;"
            + " echo over");
    assertTrue(builds.log().contains("over"), builds.log());
    assertFalse(builds.log().contains(VALUE), builds.log());
  }

  @Test
  void noProcessOfTheBuilderIsInSight() {
    builds.build(
        "RUN for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/cmdline; echo; done; ls /proc/1/root/ || echo closed");
    assertFalse(builds.log().contains("java"), builds.log());
    assertTrue(builds.log().contains("closed"), builds.log());
  }

  @Test
  void onlyTheStandardStreamsAreOpen() {
    builds.build("RUN ls /proc/self/fd | tr '\\n' ' '");
    assertTrue(builds.log().strip().matches("0 1 2( 3)?"), builds.log());
  }

  private String status(String user) {
    builds.build(
        "RUN printf 'root:x:0:0::/root:/bin/sh\\napp:x:1000:1001::/:/bin/sh\\n' > /etc/passwd; printf 'root:x:0:\\napp:x:1001:\\nextra:x:1002:app\\n' > /etc/group",
        "USER " + user,
        "RUN grep -E '^(Uid|Gid|Groups|Cap|NoNewPrivs)' /proc/self/status | tr -s '\\t ' ' '");
    return builds.log();
  }

  private void assertStatus(String user, String uid, String gid, String groups, String effective) {
    String log = status(user);
    assertTrue(log.contains("Uid: " + (uid + " ").repeat(4).strip() + "\n"), log);
    assertTrue(log.contains("Gid: " + (gid + " ").repeat(4).strip() + "\n"), log);
    assertTrue(log.contains("Groups: " + groups), log);
    assertTrue(log.contains("CapInh: 0000000000000000"), log);
    assertTrue(log.contains("CapEff: " + effective), log);
    assertTrue(log.contains("CapBnd: 00000000a80425fb"), log);
    assertTrue(log.contains("CapAmb: 0000000000000000"), log);
    assertTrue(log.contains("NoNewPrivs: 0"), log);
  }

  @Test
  void idsAndCapabilitiesAreThoseOfDocker() {
    String none = "0000000000000000";
    assertStatus("root", "0", "0", "0", "00000000a80425fb");
    assertStatus("app", "1000", "1001", "1001 1002", none);
    assertStatus("1000", "1000", "1001", "1001 1002", none);
    assertStatus("1000:5", "1000", "5", "5", none);
    assertStatus("app:extra", "1000", "1002", "1002", none);
    assertStatus("4242", "4242", "0", "0", none);
  }
}
