package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Needs root, busybox and OpenSSH's client, whose programs are used in a stage on the machine's
/// root.
@Timeout(120)
class SshMountIT {

  private StepBuilds builds;
  private Process agent;
  private Path socket;

  @BeforeEach
  void prepare() throws IOException {
    builds = new StepBuilds();
    builds.named = Map.of("machine", new ContextSource.Host());
    socket = builds.directory.resolve("a.sock");
  }

  @AfterEach
  void close() throws IOException {
    if (agent != null) {
      agent.destroy();
    }
    builds.close();
  }

  private static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertEquals(0, process.waitFor(), text);
      return text;
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private Path key(String type) throws IOException {
    Path key = builds.directory.resolve("key-" + type);
    run("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "test key", "-f", key.toString());
    return key;
  }

  private void startAgent(Path key) throws IOException, InterruptedException {
    agent =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    while (!Files.exists(socket)) {
      TimeUnit.MILLISECONDS.sleep(10);
    }
    run("sh", "-c", "SSH_AUTH_SOCK=" + socket + " ssh-add -q " + key);
  }

  private void give(String id, Path... paths) {
    builds.with(new BuildRequest.Confidential(Map.of(), Map.of(id, List.of(paths)), true));
  }

  private void build(String lines) {
    // A stage on the machine's root cannot be the image.
    builds.buildWhole(
        "FROM machine AS work\n" + lines + "\nFROM scratch\nCOPY --from=work /etc/hostname /x\n");
  }

  private static final String SIGN =
      "RUN --mount=type=ssh,required=true ssh-add -L > /tmp/key.pub && echo hello > /tmp/text"
          + " && ssh-keygen -q -Y sign -n test -f /tmp/key.pub /tmp/text"
          + " && (echo -n 'me '; cat /tmp/key.pub) > /tmp/allowed"
          + " && ssh-keygen -Y verify -n test -f /tmp/allowed -I me -s /tmp/text.sig < /tmp/text";

  @Test
  void anAgentOfTheMachineSigns() throws IOException, InterruptedException {
    Path key = key("ed25519");
    startAgent(key);
    give("default", socket);
    build(SIGN);
    assertTrue(builds.log().contains("Good \"test\" signature for me"), builds.log());
    assertTrue(Files.exists(socket));
  }

  @Test
  void itsKeysStayWhateverTheStepAsks() throws IOException, InterruptedException {
    startAgent(key("ed25519"));
    give("default", socket);
    build("RUN --mount=type=ssh ! ssh-add -D && ssh-add -l");
    assertTrue(run("sh", "-c", "SSH_AUTH_SOCK=" + socket + " ssh-add -l").contains("test key"));
  }

  @ParameterizedTest
  @CsvSource({"ed25519", "rsa", "ecdsa"})
  void aKeySignsWithoutAnAgent(String type) throws IOException {
    give("default", key(type));
    build(SIGN);
    assertTrue(builds.log().contains("Good \"test\" signature for me"), builds.log());
  }

  @Test
  void theSocketHasItsOwnerModeAndPlace() throws IOException {
    give("deploy", key("ed25519"));
    builds.build(
        "RUN --mount=type=ssh,id=deploy,mode=0640,uid=7,gid=8"
            + " stat -c '%n %u %g %a %F' $SSH_AUTH_SOCK",
        "RUN --mount=type=ssh,id=deploy,target=/run/here stat -c '%n %u %a' /run/here $SSH_AUTH_SOCK",
        "RUN test ! -e /run/buildkit && test -z \"$SSH_AUTH_SOCK\"");
    assertTrue(builds.log().contains("/run/buildkit/ssh_agent.0 7 8 640 socket"), builds.log());
    assertEquals(2, builds.log().split("/run/here 0 600", -1).length - 1, builds.log());
  }

  @Test
  void anAgentNobodyGaveIsMissedOnlyIfRequired() {
    builds.build("RUN --mount=type=ssh test ! -e /run/buildkit/ssh_agent.0");
    Problem problem = builds.failure("RUN --mount=type=ssh,required=true true");
    assertEquals("SshAgentNotFound", problem.code());
    assertTrue(problem.help().orElse("").contains("--ssh default"), problem.toString());
  }

  @Test
  void aLockedKeyIsRefusedWithTheMend() throws IOException {
    Path key = builds.directory.resolve("locked");
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "secret word", "-f", key.toString());
    give("default", key);
    Problem problem = builds.failure("RUN --mount=type=ssh true");
    assertEquals("SshKeyUnusable", problem.code());
    assertTrue(problem.message().contains("passphrase"), problem.message());
    assertFalse(problem.message().contains("secret word"));
  }
}
