package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Repositories of an ssh server of the test's own, which knows one key.
class GitOverSshIT {

  @TempDir private Path directory;
  private Process server;
  private int port;
  private Path key;

  @BeforeEach
  void start() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    for (String name : List.of("host", "key", "stranger")) {
      GitRepository.run(
          directory, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", name);
    }
    key = directory.resolve("key");
    Files.copy(directory.resolve("key.pub"), directory.resolve("authorized"));
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Files.createDirectories(Path.of("/run/sshd"));
    Path log = directory.resolve("log");
    server =
        new ProcessBuilder(
                "/usr/sbin/sshd",
                "-D",
                "-e",
                "-f",
                "/dev/null",
                "-oListenAddress=127.0.0.1:" + port,
                "-oHostKey=" + directory.resolve("host"),
                "-oAuthorizedKeysFile=" + directory.resolve("authorized"),
                "-oPidFile=none",
                "-oUsePAM=no",
                "-oStrictModes=no",
                "-oPermitRootLogin=yes")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await(log);
    GitRepository.of(directory.resolve("repo"), "a", "over ssh\n");
    Files.createDirectories(directory.resolve("home/.ssh"));
    trust("host.pub");
    Path context = Files.createDirectory(directory.resolve("context"));
    Files.writeString(
        context.resolve("Dockerfile"),
        "FROM scratch\nADD ssh://root@127.0.0.1:" + port + directory + "/repo/.git /\n");
  }

  private void await(Path log) throws Exception {
    for (int i = 0; i < 200; i++) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        Thread.sleep(50);
      }
    }
    throw new IllegalStateException(Files.readString(log));
  }

  private void trust(String host) throws IOException {
    Files.writeString(
        directory.resolve("home/.ssh/known_hosts"),
        "[127.0.0.1]:" + port + " " + Files.readString(directory.resolve(host)));
  }

  @AfterEach
  void end() throws InterruptedException {
    server.destroy();
    server.waitFor();
  }

  private String build(Path identity) throws Exception {
    return RemoteInputsIT.elsewhere(
        directory,
        Map.of("HOME", directory.resolve("home").toString()),
        List.of(identity.toString()));
  }

  @Test
  void theKeyThatTheBuildWasGivenIsUsed() throws Exception {
    String built = build(key);
    assertTrue(built.startsWith("sha256:"), built + Files.readString(directory.resolve("log")));
    assertEquals("over ssh\n", Files.readString(directory.resolve("out/a")));
  }

  @Test
  void otherKeysAndOtherServersAreRefused() throws Exception {
    String stranger = build(directory.resolve("stranger"));
    assertTrue(stranger.startsWith("GitFailed"), stranger);
    trust("stranger.pub");
    String impostor = build(key);
    assertTrue(impostor.startsWith("GitFailed"), impostor);
  }
}
