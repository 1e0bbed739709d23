package dev.jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.InvalidInput;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Bases, identities and mounts made to lead out of the root or into the builder. Needs root, or
/// the root of a user namespace, and busybox.
@Timeout(60)
class HostileRootIT {

  private static final FileTime OLD = FileTime.fromMillis(1_000_000_000_000L);

  @TempDir Path directory;

  Path base;
  Path canary;
  Path upper;
  final ByteArrayOutputStream output = new ByteArrayOutputStream();

  @BeforeEach
  void makeRoot() throws IOException {
    base = Files.createDirectories(directory.resolve("base/bin")).getParent();
    Files.copy(Path.of("/bin/busybox"), base.resolve("bin/busybox"));
    for (String name : "sh cat ls stat chmod sleep ps grep readlink touch kill".split(" ")) {
      Files.createSymbolicLink(base.resolve("bin/" + name), Path.of("busybox"));
    }
    canary = Files.createDirectory(directory.resolve("canary"));
    Files.writeString(canary.resolve("hosts"), "canary");
    upper = Files.createDirectory(directory.resolve("upper"));
  }

  private ExitStatus run(
      List<Job.Mount> mounts, Job.Identity identity, String cwd, String... arguments) {
    try {
      Job.Root root =
          new Job.Root(List.of(base), upper, Files.createTempDirectory(directory, "work"));
      return new NamespaceSandbox(Path.of("/"), directory.resolve("shared" + System.nanoTime()))
          .run(
              new Job(
                  root,
                  List.of(arguments),
                  List.of("PATH=/bin"),
                  cwd,
                  identity,
                  mounts,
                  Job.Network.DEFAULT,
                  Job.Rights.DEFAULT,
                  "h",
                  List.of(),
                  Job.Resources.unlimited(1 << 20),
                  new Job.Stdio.Captured((stderr, buffer, length) -> {
                    synchronized (output) {
                      output.write(buffer, 0, length);
                    }
                  })));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private ExitStatus run(List<Job.Mount> mounts, String script) {
    return run(mounts, Job.Identity.root(), "/", "sh", "-c", script);
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private List<String> changed() throws IOException {
    try (Stream<Path> files = Files.walk(upper)) {
      return files.skip(1).map(p -> upper.relativize(p).toString()).sorted().toList();
    }
  }

  private void canaryIsUntouched() throws IOException {
    try (Stream<Path> files = Files.list(canary)) {
      assertEquals(List.of(canary.resolve("hosts")), files.toList());
    }
    assertEquals("canary", Files.readString(canary.resolve("hosts")));
  }

  private static Job.Mount secret(String target) {
    return new Job.Mount.Content(
        target, "geheim".getBytes(StandardCharsets.UTF_8), 0400, 0, 0, true);
  }

  @Test
  void linksForSystemFilesLeadNowhereElse() throws IOException {
    Files.createDirectory(base.resolve("etc"));
    Files.createSymbolicLink(base.resolve("etc/hosts"), canary.resolve("hosts"));
    Files.createSymbolicLink(
        base.resolve("etc/resolv.conf"), Path.of("../../../..").resolve(canary.resolve("new")));
    Files.createSymbolicLink(base.resolve("proc"), canary);
    Files.createSymbolicLink(base.resolve("run"), Path.of("../../../../.." + canary));
    assertEquals(
        0, run(List.of(secret("/run/secrets/s")), "cat /run/secrets/s /etc/hosts").code(), text());
    assertTrue(text().startsWith("geheim127.0.0.1"), text());
    canaryIsUntouched();
  }

  @Test
  void linksThatExistInsideAreFollowedInside() throws IOException {
    Files.createDirectories(base.resolve("real/secrets"));
    Files.createSymbolicLink(base.resolve("run"), Path.of("/real"));
    assertEquals(0, run(List.of(secret("/run/secrets/s")), "cat /real/secrets/s").code(), text());
    assertEquals("geheim", text());
    assertEquals(List.of(), changed());
  }

  @Test
  void aFileOnTheWayIsTheUsersMistake() throws IOException {
    Files.writeString(base.resolve("etc"), "a file");
    assertThrows(InvalidInput.class, () -> run(List.of(), "true"));
  }

  @Test
  void aLoopOnTheWayIsTheUsersMistake() throws IOException {
    Files.createSymbolicLink(base.resolve("run"), Path.of("/run"));
    assertThrows(InvalidInput.class, () -> run(List.of(secret("/run/secrets/s")), "true"));
  }

  @Test
  void theSourceOfABindStaysInItsTree() throws IOException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    Files.createSymbolicLink(tree.resolve("out"), canary);
    Files.createSymbolicLink(tree.resolve("up"), Path.of("../canary"));
    for (String subpath : List.of("out", "up", "../canary", "out/hosts")) {
      Job.Mount bind = new Job.Mount.Bind(tree, subpath, "/b", false);
      assertThrows(InvalidInput.class, () -> run(List.of(bind), "ls /b"), subpath);
    }
    canaryIsUntouched();
  }

  @Test
  void theBuildersDescriptorsCannotBeEntered() {
    for (int fd = 0; fd < 16; fd++) {
      String cwd = "/proc/self/fd/" + fd;
      assertThrows(
          InvalidInput.class,
          () -> run(List.of(), Job.Identity.root(), cwd, "sh", "-c", "ls ../../.."));
    }
    assertEquals("", text());
  }

  @Test
  void theKeeperCannotBeReadOrKilled() {
    run(
        List.of(),
        "kill -9 1; kill -15 1; ls /proc/1/root/ /proc/1/cwd/; cat /proc/1/fd/0; cat"
            + " /proc/1/environ /proc/1/mem; echo alive");
    assertTrue(text().contains("alive"), text());
    assertFalse(text().contains("PATH="), text());
    assertFalse(text().contains("canary"), text());
    assertEquals(5, text().lines().filter(l -> l.contains("ermission denied")).count(), text());
  }

  @Test
  void idsThatMeanUnchangedAreRefused() {
    for (long id : List.of(-1L, 0xFFFFFFFFL, 1L << 32)) {
      assertThrows(InvalidInput.class, () -> new Job.Identity(id, 0, List.of()));
      assertThrows(InvalidInput.class, () -> new Job.Identity(0, id, List.of()));
      assertThrows(InvalidInput.class, () -> new Job.Identity(0, 0, List.of(id)));
    }
  }

  @Test
  void mountsLieInMounts() throws IOException {
    Path cache = Files.createDirectory(directory.resolve("cache"));
    List<Job.Mount> mounts =
        List.of(
            secret("/m2/settings/s"),
            new Job.Mount.Bind(cache, "", "/m2", false),
            new Job.Mount.Tmpfs("/m2/t", OptionalLong.empty(), false));
    assertEquals(0, run(mounts, "cat /m2/settings/s; touch /m2/jar /m2/t/gone").code(), text());
    assertEquals("geheim", text());
    assertTrue(Files.exists(cache.resolve("jar")));
    assertFalse(Files.exists(cache.resolve("t/gone")));
    assertEquals(0, Files.size(cache.resolve("settings/s")));
    assertEquals(List.of(), changed());
  }

  @Test
  void directoriesWithStubsKeepTheirTimes() throws IOException {
    Path etc = Files.createDirectory(base.resolve("etc"));
    Files.setLastModifiedTime(etc, OLD);
    assertEquals(0, run(List.of(secret("/etc/a/b")), "stat -c %Y /etc; chmod 700 /etc").code());
    assertEquals("1000000000\n", text());
    assertEquals(OLD, Files.getLastModifiedTime(upper.resolve("etc")));
    assertEquals(List.of("etc"), changed());
  }

  @Test
  void theEndOfAnOrphanIsNotTheEndOfTheStep() {
    ExitStatus status =
        run(List.of(), "for i in 1 2 3; do sh -c 'sleep 0.1 &'; done; sleep 1; echo end");
    assertTrue(text().contains("end"), () -> "exit " + status + text());
    assertEquals(0, status.code());
  }
}
