package dev.jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.InvalidInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Needs root, or the root of a user namespace, and busybox.
@Timeout(60)
class NamespaceSandboxIT {

  @TempDir Path directory;

  Path base;
  Path upper;
  Path work;
  final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @BeforeEach
  void makeRoot() throws IOException {
    base = Files.createDirectories(directory.resolve("base/bin")).getParent();
    Files.copy(Path.of("/bin/busybox"), base.resolve("bin/busybox"));
    for (String name :
        List.of(
            "sh",
            "cat",
            "ls",
            "id",
            "touch",
            "mkdir",
            "rm",
            "sleep",
            "grep",
            "env",
            "mount",
            "yes",
            "head",
            "ps",
            "hostname",
            "readlink",
            "stat")) {
      Files.createSymbolicLink(base.resolve("bin/" + name), Path.of("busybox"));
    }
    upper = Files.createDirectory(directory.resolve("upper"));
    work = Files.createDirectory(directory.resolve("work"));
  }

  private Job job(
      List<Path> lowers,
      List<Job.Mount> mounts,
      Job.Identity identity,
      Job.Network network,
      String... arguments) {
    return new Job(
        new Job.Root(lowers, upper, work),
        List.of(arguments),
        List.of("PATH=/bin", "A=b"),
        "/",
        identity,
        mounts,
        network,
        Job.Rights.DEFAULT,
        "buildhost",
        List.of(new Job.HostEntry("other", "10.1.2.3")),
        Job.Resources.unlimited(64 << 20),
        new Job.Stdio.Captured((stderr, buffer, length) -> {
          synchronized (output) {
            output.write(buffer, 0, length);
          }
        }));
  }

  private ExitStatus run(String script) {
    return run(List.of(), Job.Identity.root(), Job.Network.DEFAULT, "sh", "-c", script);
  }

  private ExitStatus run(
      List<Job.Mount> mounts, Job.Identity identity, Job.Network network, String... arguments) {
    return new NamespaceSandbox(Path.of("/"), directory.resolve("shared" + System.nanoTime()))
        .run(job(List.of(base), mounts, identity, network, arguments));
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private List<String> changed() throws IOException {
    try (Stream<Path> files = Files.walk(upper)) {
      return files.skip(1).map(p -> upper.relativize(p).toString()).sorted().toList();
    }
  }

  @Test
  void runsAndLeavesOnlyItsOwnChanges() throws IOException {
    assertEquals(
        new ExitStatus(0, 0),
        run("echo hello; echo err >&2; mkdir /x; echo 1 > /x/f; rm /bin/ls"),
        text());
    assertTrue(text().contains("hello") && text().contains("err"));
    assertEquals(List.of("bin", "bin/ls", "x", "x/f"), changed());
  }

  @Test
  void mountPointsLeaveNothing() throws IOException {
    List<Job.Mount> mounts =
        List.of(
            new Job.Mount.Tmpfs("/t/mp", OptionalLong.empty(), false),
            new Job.Mount.Content(
                "/run/secrets/s", "geheim".getBytes(StandardCharsets.UTF_8), 0400, 0, 0, true));
    assertEquals(
        0,
        run(
                mounts,
                Job.Identity.root(),
                Job.Network.DEFAULT,
                "sh",
                "-c",
                "cat /run/secrets/s; touch /t/mp/x; cat /etc/hosts; cat /etc/resolv.conf; ls"
                    + " /proc/self")
            .code(),
        text());
    assertTrue(text().contains("geheim"));
    assertTrue(text().contains("10.1.2.3\tother"));
    assertEquals(List.of(), changed());
  }

  @Test
  void exitStatusesAreTold() {
    assertEquals(new ExitStatus(3, 0), run("exit 3"));
  }

  @Test
  void signalsAreTold() {
    assertEquals(new ExitStatus(137, 9), run("kill -9 $$"));
  }

  @Test
  void whatCannotBeStartedIsTheUsersMistake() {
    InvalidInput e =
        assertThrows(
            InvalidInput.class,
            () -> run(List.of(), Job.Identity.root(), Job.Network.DEFAULT, "nosuch"));
    assertTrue(e.problems().getFirst().message().contains("executable file not found in $PATH"));
  }

  @Test
  void rightsAreDockersDefault() {
    run(
        "grep -E 'Cap|NoNew' /proc/self/status; id; hostname; ls /proc/self/fd | grep -v '[012]';"
            + " env; umask");
    assertTrue(text().contains("CapEff:\t00000000a80425fb"), text());
    assertTrue(text().contains("CapPrm:\t00000000a80425fb"), text());
    assertTrue(text().contains("CapBnd:\t00000000a80425fb"), text());
    assertTrue(text().contains("CapInh:\t0000000000000000"), text());
    assertTrue(text().contains("NoNewPrivs:\t0"), text());
    assertTrue(text().contains("buildhost"), text());
    assertTrue(text().contains("0022"), text());
    assertFalse(text().contains("JAVA"), text());
    assertFalse(text().contains("HOME"), text());
  }

  @Test
  void aStepMakesNoNamespacesThoughAUserNeedsNoRightForThem() {
    assertEquals(
        1,
        run(
                List.of(),
                new Job.Identity(1000, 1000, List.of()),
                Job.Network.DEFAULT,
                "sh",
                "-c",
                "grep Seccomp: /proc/self/status; exec busybox unshare -r true")
            .code(),
        text());
    assertTrue(text().contains("Operation not permitted"), text());
    assertTrue(text().contains("Seccomp:\t2"), text());
  }

  @Test
  void otherUsersHaveTheirGroupsAndNoRights() {
    run(
        List.of(),
        new Job.Identity(1000, 1001, List.of(1001L, 5L)),
        Job.Network.DEFAULT,
        "sh",
        "-c",
        "id; grep Cap /proc/self/status; touch /x");
    assertTrue(text().contains("uid=1000 gid=1001 groups=5,1001"), text());
    assertTrue(text().contains("CapEff:\t0000000000000000"), text());
    assertTrue(text().contains("Permission denied"), text());
  }

  @Test
  void theBuilderCannotBeSeen() {
    run(
        "ps; cat /proc/1/environ; readlink /proc/1/root; ls -d /proc/[0-9]* | head -20; cat"
            + " /proc/kcore | head -c 10; echo 1 > /proc/sys/kernel/hostname");
    assertFalse(text().contains("java"), text());
    assertTrue(text().contains("Read-only file system"), text());
  }

  @Test
  void noNetworkMeansLoopbackOnly() {
    run(List.of(), Job.Identity.root(), Job.Network.NONE, "sh", "-c", "ls /sys/class/net");
    assertEquals("lo\n", text());
  }

  @Test
  void daemonsDieWithTheStep() throws Exception {
    assertEquals(0, run("(while :; do sleep 1; done) & sleep 100000 & echo started").code());
    assertTrue(text().contains("started"));
  }

  @Test
  void anInterruptKillsTheStep() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try {
                run("sleep 1000");
              } catch (Throwable t) {
                thrown.add(t);
              }
            });
    Thread.sleep(500);
    thread.interrupt();
    thread.join(5000);
    assertFalse(thread.isAlive());
    assertTrue(thrown.getFirst() instanceof Canceled, thrown.toString());
  }

  @Test
  void manyLayersAreOneRoot() throws IOException {
    List<Path> lowers = new ArrayList<>(List.of(base));
    for (int i = 0; i < 400; i++) {
      Path layer = Files.createDirectory(directory.resolve("l" + i));
      Files.writeString(layer.resolve("f" + i), "x");
      lowers.addFirst(layer);
    }
    assertEquals(
        0,
        new NamespaceSandbox(Path.of("/"), directory.resolve("shared" + System.nanoTime()))
            .run(
                job(
                    lowers,
                    List.of(),
                    Job.Identity.root(),
                    Job.Network.DEFAULT,
                    "sh",
                    "-c",
                    "cat /f0 /f399"))
            .code(),
        text());
  }

  @Test
  void linksOfAHostileBaseStayInside() throws IOException {
    Path canary = Files.createDirectory(directory.resolve("canary"));
    for (String name : List.of("etc", "dev", "sys", "run")) {
      Files.createSymbolicLink(base.resolve(name), canary);
    }
    run("echo x > /etc/passwd; ls /dev");
    try (Stream<Path> files = Files.list(canary)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void muchOutputWithoutANewline() {
    assertEquals(0, run("yes | head -c 10000000").code());
    assertEquals(10_000_000, output.size());
  }
}
