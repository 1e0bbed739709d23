package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Needs root and busybox.
@Timeout(120)
class LeakGuardIT {

  private static final String VALUE = "t0ken-of-the-test";
  private static final String MOUNT = "RUN --mount=type=secret,id=tok ";
  private static final String ENV = "RUN --mount=type=secret,id=tok,env=TOK ";

  private StepBuilds builds;

  @BeforeEach
  void prepare() throws IOException {
    builds = new StepBuilds();
    give(true);
  }

  private void give(boolean guard) {
    builds.secrets(Map.of("tok", (VALUE + "\n").getBytes(StandardCharsets.UTF_8)), guard);
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  private void assertLeak(String line, String words) {
    Problem problem = builds.failure(line);
    assertEquals("SecretLeaked", problem.code(), problem.toString());
    assertTrue(problem.message().contains(words), problem.message());
    assertFalse(problem.toString().contains(VALUE), problem.toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '@',
      value = {
        "cp /run/secrets/tok /x @ as it is, in /x, line 1",
        "mkdir -p /a/b && (echo; echo pass=$(cat /run/secrets/tok)) > /a/b/c @ in /a/b/c, line 2",
        "(echo -n ab; cat /run/secrets/tok) | base64 > /x @ in base64, in /x, line 1",
        "touch /x-$(cat /run/secrets/tok) @ a name in /",
        "ln -s $(cat /run/secrets/tok) /x @ the link /x",
        "head -c 3000000 /dev/zero > /x; cat /run/secrets/tok >> /x @ /x, line 1",
        "tar cf /x.tar /run/secrets/tok @ /x.tar",
        "base64 /run/secrets/tok @ line 1 of this step's output",
        "(echo 1; base64 /run/secrets/tok) >&2 @ line 2 of this step's output",
      })
  void aSecretLeftBehindFailsTheBuild(String command, String words) {
    Problem problem = builds.failure(MOUNT + command);
    assertEquals("SecretLeaked", problem.code(), problem.toString());
    assertTrue(problem.message().contains(words), problem.message());
    assertTrue(problem.span().isPresent());
  }

  @Test
  void theMessageDoesNotRepeatIt() {
    assertLeak(MOUNT + "touch /x-$(cat /run/secrets/tok)", "a name in /");
  }

  @Test
  void aPrintedOneIsBlankedAndTold() {
    builds.build(ENV + "echo token: $TOK; env");
    assertFalse(builds.log().contains(VALUE), builds.log());
    assertTrue(builds.log().contains("token: ***"), builds.log());
    assertTrue(builds.reported().stream().anyMatch(p -> p.code().equals("SecretPrinted")));
  }

  @Test
  void usingItIsFine() {
    builds.build(
        MOUNT
            + "test $(cat /run/secrets/tok) = "
            + VALUE.substring(0, 3)
            + VALUE.substring(3, 5)
            + "$(echo n)-of-the-test; sha256sum /run/secrets/tok > /x");
  }

  @Test
  void theImageItselfIsLookedThrough() {
    assertLeak("ENV A=" + VALUE, "the variable A of the image");
    assertLeak("LABEL b=" + VALUE, "the label b of the image");
    assertLeak("CMD echo " + VALUE, "command");
    assertLeak("RUN echo " + VALUE + " > /dev/null", "history");
  }

  @Test
  void theGuardCanBeSentAway() {
    give(false);
    builds.build(MOUNT + "cp /run/secrets/tok /x; base64 /x", "ENV A=" + VALUE);
  }

  @Test
  void aFailedBuildLeavesNothingToFind() {
    builds.failure(MOUNT + "cp /run/secrets/tok /x");
    Problem again = builds.failure(MOUNT + "cp /run/secrets/tok /x");
    assertEquals("SecretLeaked", again.code());
  }
}
