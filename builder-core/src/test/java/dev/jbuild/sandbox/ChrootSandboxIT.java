package dev.jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.snapshot.TreeRemover;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Needs root and busybox.
@Timeout(60)
class ChrootSandboxIT {

  @TempDir Path directory;

  Path base;
  int steps;
  final ChrootSandbox sandbox = new ChrootSandbox();
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
            "rm",
            "mkdir",
            "sleep",
            "touch",
            "ln",
            "readlink",
            "sed",
            "chmod",
            "mv")) {
      Files.createSymbolicLink(base.resolve("bin/" + name), Path.of("busybox"));
    }
    Files.createDirectories(base.resolve("d/e"));
    Files.writeString(base.resolve("d/f"), "old");
    Files.createDirectories(directory.resolve("state/tmp/owner"));
    Files.createDirectories(directory.resolve("state/mounts"));
  }

  private Path run(List<Path> lowers, List<Job.Mount> mounts, int code, String... arguments)
      throws IOException {
    return run(lowers, mounts, code, Job.Network.DEFAULT, arguments);
  }

  private Path run(
      List<Path> lowers, List<Job.Mount> mounts, int code, Job.Network network, String... arguments)
      throws IOException {
    Path temp = directory.resolve("state/tmp/owner");
    Path upper = Files.createDirectory(temp.resolve("upper" + ++steps));
    Job job =
        new Job(
            new Job.Root(lowers, upper, Files.createDirectory(temp.resolve("work" + steps))),
            List.of(arguments),
            List.of("PATH=/bin"),
            "/",
            Job.Identity.root(),
            mounts,
            network,
            Job.Rights.DEFAULT,
            "buildhost",
            List.of(),
            Job.Resources.unlimited(64 << 20),
            new Job.Stdio.Captured((stderr, buffer, length) -> {
              synchronized (output) {
                output.write(buffer, 0, length);
              }
            }));
    assertEquals(code, sandbox.run(job).code(), this::text);
    return upper;
  }

  private String text() {
    return output.toString(StandardCharsets.UTF_8);
  }

  private static List<String> names(Path tree) throws IOException {
    try (Stream<Path> files = Files.walk(tree)) {
      return files.skip(1).map(p -> tree.relativize(p).toString()).sorted().toList();
    }
  }

  private static boolean isDevice(Path file) throws IOException {
    return Files.readAttributes(
            file, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .isOther();
  }

  @Test
  void stepsMoveOneTreeForwardAndLeaveTheirDifferences() throws IOException {
    Path one =
        run(List.of(base), List.of(), 0, "sh", "-c", "echo new > /d/f; rm -r /d/e; echo 1 > /x");
    assertEquals(List.of("d", "d/e", "d/f", "x"), names(one));
    assertTrue(isDevice(one.resolve("d/e")));
    Path two = run(List.of(one, base), List.of(), 0, "sh", "-c", "cat /d/f /x; rm /x; touch /d/g");
    assertEquals("new\n1\n", text());
    assertEquals(List.of("d", "d/g", "x"), names(two));
    assertEquals(1, trees());
    // A stage that forks from before the second step: another tree, without what that did.
    Path three = run(List.of(one, base), List.of(), 0, "sh", "-c", "cat /x; ls /d");
    assertTrue(text().endsWith("1\nf\n"), text());
    assertEquals(List.of(), names(three));
    assertEquals(2, trees());
    assertEquals("old", Files.readString(base.resolve("d/f")));
  }

  @Test
  void aTreeGoesOnWhereAnEqualLayerTookThePlaceOfItsOwn() throws IOException {
    Path earlier = Files.createDirectory(directory.resolve("earlier"));
    Files.writeString(earlier.resolve("x"), "1\n");
    Files.setLastModifiedTime(earlier.resolve("x"), FileTime.fromMillis(1_000_000));
    Path again = run(List.of(base), List.of(), 0, "sh", "-c", "echo 1 > /x");
    sandbox.kept(again, earlier);
    TreeRemover.remove(again);
    Path next =
        run(List.of(earlier, base), List.of(), 0, "sh", "-c", "cat /x; ls -l --full-time /x");
    assertTrue(text().startsWith("1\n") && text().contains("1970"), text());
    assertEquals(1, trees());
    assertEquals(List.of(), names(next));
  }

  @Test
  void filesBelowProcSelfAreThoseOfWhoeverAsks() throws IOException {
    run(
        List.of(base),
        List.of(),
        0,
        "sh",
        "-c",
        "cat /proc/self/comm; readlink /proc/self/exe; cd /d; readlink /proc/self/cwd; "
            + "echo again > /dev/stdout; cat /dev/fd/3 3</d/f");
    assertEquals("cat\n/bin/busybox\n/d\nagain\nold", text());
  }

  @Test
  void nothingOfOthersIsBelowProc() throws IOException {
    String builder = Long.toString(ProcessHandle.current().pid());
    run(
        List.of(base),
        List.of(),
        0,
        "sh",
        "-c",
        ("for f in 1/environ 1/cmdline %s/environ %s/mem self/root/etc/shadow self/cwd/etc/shadow"
                + " self/fd/../../1/environ sys/../1/environ; do cat /proc/$f 2>/dev/null; done; ls"
                + " /proc/1 2>/dev/null; true")
            .formatted(builder, builder));
    assertEquals("", text());
  }

  @Test
  void aStepHasTheCapabilitiesOfContainers() throws IOException {
    run(
        List.of(base),
        List.of(),
        0,
        "sh",
        "-c",
        "while read a; do echo $a; done < /proc/self/status");
    assertTrue(text().contains("CapEff: 00000000a80425fb\n"), this::text);
    assertTrue(text().contains("CapBnd: 00000000a80425fb\n"), this::text);
    assertTrue(text().contains("CapInh: 0000000000000000\n"), this::text);
    assertTrue(text().contains("Seccomp: 2\n"), this::text);
  }

  private long trees() throws IOException {
    try (Stream<Path> entries = Files.list(directory.resolve("state/tmp/owner"))) {
      return entries.filter(p -> p.getFileName().toString().startsWith("tree")).count();
    }
  }

  @Test
  void whateverChangedIsFoundAmongMuchThatDidNot() throws IOException {
    Path many = Files.createDirectories(base.resolve("many/way/down"));
    for (int i = 0; i < 900; i++) {
      Files.writeString(many.resolve("a file with a longer name " + i), "old");
    }
    Path upper =
        run(
            List.of(base),
            List.of(),
            0,
            "sh",
            "-c",
            "cd /many/way/down; f='a file with a longer name'; touch -r \"$f 1\" /t; echo new >"
                + " \"$f 450\"; echo -n new > \"$f 450\"; touch -r /t \"$f 450\" .; chmod 600 \"$f"
                + " 899\"; rm /t \"$f 77\"; mkdir -p n/e/w; ln -s x n/e/w/l; echo > n/e/w/$(echo -e"
                + " 'a\\tb'); touch -r \"$f 1\" .");
    String in = "many/way/down/";
    String name = in + "a file with a longer name ";
    assertEquals(
        List.of(
            "many",
            "many/way",
            "many/way/down",
            name + "450",
            name + "77",
            name + "899",
            in + "n",
            in + "n/e",
            in + "n/e/w",
            in + "n/e/w/a\tb",
            in + "n/e/w/l"),
        names(upper));
    assertEquals("new", Files.readString(upper.resolve(name + "450")));
    assertTrue(isDevice(upper.resolve(name + "77")));
    assertEquals(List.of(), names(run(List.of(upper, base), List.of(), 0, "ls", "/many")));
  }

  @Test
  void aDirectoryMadeAgainIsOpaque() throws IOException {
    Path upper =
        run(List.of(base), List.of(), 0, "sh", "-c", "rm -r /d; mkdir /d; echo 1 > /d/new");
    assertEquals(List.of("d", "d/new"), names(upper));
    assertEquals(
        "y",
        new String(
            (byte[]) Files.getAttribute(upper.resolve("d"), "user:overlay.opaque"), "UTF-8"));
  }

  @Test
  void linksAcrossLayersAreWhatAnOverlayMakesOfThem() throws IOException {
    Path upper = run(List.of(base), List.of(), 0, "sh", "-c", "ln /d/f /d/h; touch /n; ln /n /m");
    assertEquals(List.of("d", "d/f", "d/h", "m", "n"), names(upper));
    assertEquals(
        Files.getAttribute(upper.resolve("d/f"), "unix:ino"),
        Files.getAttribute(upper.resolve("d/h"), "unix:ino"));
    Path next = run(List.of(upper, base), List.of(), 0, "sh", "-c", "rm /m");
    assertEquals(List.of("m"), names(next));
  }

  @Test
  void mountsArePlacedAndTakenBack() throws IOException {
    Files.createDirectories(base.resolve("etc"));
    Files.writeString(base.resolve("etc/hosts"), "the image's own");
    Path cache = Files.createDirectory(directory.resolve("state/mounts/cache"));
    List<Job.Mount> mounts =
        List.of(
            new Job.Mount.Bind(cache, "", "/d", false),
            new Job.Mount.Tmpfs("/t/mp", OptionalLong.empty(), false),
            new Job.Mount.Layers(List.of(base), "d", "/copy/of", false),
            new Job.Mount.Content("/run/secrets/s", "geheim".getBytes(), 0400, 0, 0, true));
    Path upper =
        run(
            List.of(base),
            mounts,
            0,
            "sh",
            "-c",
            "cat /run/secrets/s /copy/of/f; echo kept > /d/k; echo x > /t/mp/x; echo x >"
                + " /copy/of/f; echo x > /dev/null; echo x >> /etc/hosts");
    assertEquals("geheimold", text());
    assertEquals(List.of(), names(upper));
    assertEquals("kept\n", Files.readString(cache.resolve("k")));
    assertEquals("old", Files.readString(base.resolve("d/f")));
    run(List.of(upper, base), mounts, 0, "cat", "/d/k");
    assertTrue(text().endsWith("kept\n"), text());
    run(List.of(upper, base), List.of(), 0, "cat", "/d/f");
    assertTrue(text().endsWith("old"), text());
  }

  @Test
  void nothingThatAStepDoesToCommonPlacesReachesTheNext() throws IOException {
    String look =
        "cat /etc/hosts /proc/version; ls /dev /dev/shm; ls -l /dev | while read a b c; do echo $a;"
            + " done";
    run(List.of(base), List.of(), 0, "sh", "-c", look);
    String before = text();
    for (String harm :
        List.of(
            "echo 1.2.3.4 x >> /etc/hosts",
            "touch -r /etc/hosts /t; cat /etc/hosts | sed s/localhost/lacolhost/ > /h; cat /h >"
                + " /etc/hosts; touch -r /t /etc/hosts; rm /t /h",
            "touch /dev/shm/x",
            "chmod 600 /dev/null",
            "ln /proc/version /v; chmod 644 /v; echo x > /v; rm /v",
            "rm -rf /dev /proc",
            "mv /dev/shm /dev/smh")) {
      output.reset();
      run(List.of(base), List.of(), 0, "sh", "-c", harm);
      run(List.of(base), List.of(), 0, "sh", "-c", look);
      assertEquals(before, text(), harm);
    }
  }

  @Test
  void aDirectoryOnTheWayStaysIfTheStepHasItForItsOwn() throws IOException {
    for (String own :
        List.of(
            "mkdir -p /etc && touch /etc",
            "chmod 700 /etc",
            "touch /etc/x; rm /etc/x",
            "rm -r /etc; mkdir /etc")) {
      Path upper = run(List.of(base), List.of(), 0, "sh", "-c", own);
      assertEquals(List.of("etc"), names(upper), own);
      assertEquals(List.of(), names(run(List.of(upper, base), List.of(), 0, "ls", "/etc")), own);
    }
    assertEquals(
        List.of(), names(run(List.of(base), List.of(), 0, "sh", "-c", "mkdir -p /etc; ls /etc")));
  }

  @Test
  void directoriesHaveTheirTimesWhileSomethingIsPlacedInThem() throws IOException {
    Path etc = Files.createDirectories(base.resolve("etc"));
    Files.setLastModifiedTime(etc, FileTime.fromMillis(1_000_000));
    Path upper = run(List.of(base), List.of(), 0, "sh", "-c", "ls -ld --full-time /etc");
    assertTrue(text().contains("1970-01-01"), text());
    assertEquals(List.of(), names(upper));
  }

  @Test
  void whatAStepPutsBesideAMountStays() throws IOException {
    Path upper =
        run(
            List.of(base),
            List.of(new Job.Mount.Tmpfs("/new/t", OptionalLong.empty(), false)),
            0,
            "touch",
            "/new/mine");
    assertEquals(List.of("new", "new/mine"), names(upper));
  }

  @Test
  void theEndOfAStepIsTheEndOfAllItStarted() throws Exception {
    run(
        List.of(base),
        List.of(),
        3,
        "sh",
        "-c",
        "(sleep 12345 & sleep 12345 &) & trap '' TERM; sleep 0.1; exit 3");
    assertFalse(alive("12345"));
  }

  private static boolean alive(String argument) {
    return ProcessHandle.allProcesses()
        .anyMatch(p -> p.info().arguments().filter(a -> List.of(a).contains(argument)).isPresent());
  }

  @Test
  void anInterruptEndsTheStep() throws Exception {
    List<Throwable> thrown = new ArrayList<>();
    Thread thread =
        Thread.ofPlatform()
            .start(() -> {
              try {
                run(List.of(base), List.of(), 0, "sleep", "23456");
              } catch (Throwable t) {
                thrown.add(t);
              }
            });
    Thread.sleep(700);
    assertTrue(alive("23456"));
    thread.interrupt();
    thread.join(5000);
    assertFalse(thread.isAlive());
    assertTrue(thrown.getFirst() instanceof Canceled, thrown.toString());
    assertFalse(alive("23456"));
  }

  @Test
  void whatCannotBeHadIsRefused() {
    assertThrows(
        InvalidInput.class, () -> run(List.of(base), List.of(), 0, Job.Network.NONE, "ls"));
    InvalidInput e =
        assertThrows(InvalidInput.class, () -> run(List.of(base), List.of(), 0, "nosuch"));
    assertEquals("CommandNotFound", e.problems().getFirst().code());
  }

  @Test
  void linksOfAHostileBaseStayInside() throws IOException {
    Path canary = Files.createDirectory(directory.resolve("canary"));
    for (String name : List.of("etc", "dev", "run")) {
      Files.createSymbolicLink(base.resolve(name), canary);
    }
    List<Job.Mount> mounts =
        List.of(new Job.Mount.Content("/run/secrets/s", "x".getBytes(), 0400, 0, 0, true));
    Path upper = run(List.of(base), mounts, 0, "ls", "/dev/");
    assertEquals(List.of(), names(canary));
    assertEquals(List.of(), names(upper));
  }
}
