package dev.jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.linux.DirectoryHandle;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Jobs one after the other in one sandbox, which makes the namespaces of the next one while one
/// runs: of each kind a job can be, and whatever it was made for, a job gets what it asks for.
/// Needs root and busybox.
@Timeout(120)
class JobSeriesIT {

  private static final Job.Rights INSECURE = new Job.Rights(true, Capabilities.DOCKER);
  private static final long SMALL = 1 << 20;
  private static final long LARGE = 2 << 20;
  private static final String NETWORKS = "ls /sys/class/net | sort | tr '\\n' ' '";
  private static final String SHM = "busybox df -k /dev/shm | busybox tail -1";

  @TempDir Path directory;

  private final ByteArrayOutputStream output = new ByteArrayOutputStream();
  private int number;

  @BeforeEach
  void makeRoot() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("base/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    for (String name : List.of("sh", "ls", "sort", "tr", "cat", "sleep", "touch", "hostname")) {
      Files.createSymbolicLink(bin.resolve(name), Path.of("busybox"));
    }
  }

  private String run(
      NamespaceSandbox sandbox, Job.Network network, Job.Rights rights, long shm, String script)
      throws IOException {
    output.reset();
    number++;
    Job.Root root =
        new Job.Root(
            List.of(directory.resolve("base")),
            Files.createDirectory(directory.resolve("upper" + number)),
            Files.createDirectory(directory.resolve("work" + number)));
    ExitStatus status =
        sandbox.run(
            new Job(
                root,
                List.of("sh", "-c", script),
                List.of("PATH=/bin"),
                "/",
                Job.Identity.root(),
                List.of(),
                network,
                rights,
                "host" + number,
                List.of(),
                Job.Resources.unlimited(shm),
                new Job.Stdio.Captured((stderr, buffer, length) -> {
                  synchronized (output) {
                    output.write(buffer, 0, length);
                  }
                })));
    String text = output.toString(StandardCharsets.UTF_8).strip();
    assertEquals(new ExitStatus(0, 0), status, text);
    return text;
  }

  private String run(NamespaceSandbox sandbox, String script) throws IOException {
    return run(sandbox, Job.Network.DEFAULT, Job.Rights.DEFAULT, SMALL, script);
  }

  private NamespaceSandbox sandbox() {
    return new NamespaceSandbox(directory, directory.resolve("shared"));
  }

  @Test
  void eachGetsWhatItAsksFor() throws IOException {
    try (NamespaceSandbox sandbox = sandbox()) {
      String all = run(sandbox, NETWORKS);
      for (int round = 0; round < 2; round++) {
        assertEquals(all, run(sandbox, NETWORKS));
        assertEquals("lo", run(sandbox, Job.Network.NONE, Job.Rights.DEFAULT, SMALL, NETWORKS));
        assertEquals("host" + (number + 1), run(sandbox, "hostname"));
        String large = run(sandbox, Job.Network.DEFAULT, Job.Rights.DEFAULT, LARGE, SHM);
        assertTrue(large.contains(" 2048 "), large);
        String small = run(sandbox, SHM);
        assertTrue(small.contains(" 1024 "), small);
        String open = run(sandbox, Job.Network.DEFAULT, INSECURE, SMALL, "cat /proc/self/status");
        assertTrue(open.contains("Seccomp:\t0"), open);
        String closed = run(sandbox, "cat /proc/self/status");
        assertTrue(closed.contains("Seccomp:\t2"), closed);
      }
    }
  }

  @Test
  void noneSeesWhatAnotherLeft() throws IOException {
    try (NamespaceSandbox sandbox = sandbox()) {
      for (int i = 0; i < 5; i++) {
        String seen =
            run(
                sandbox,
                "ls /dev/shm /tmp /file 2>/dev/null; cat /proc/[0-9]*/comm; "
                    + "busybox mkdir -p /tmp; touch /file /tmp/x /dev/shm/x; sleep 100 &");
        assertTrue(seen.contains("\nsh"), seen);
        assertFalse(seen.contains("sleep"), seen);
        assertFalse(seen.contains("x"), seen);
      }
    }
  }

  @Test
  void closingLeavesNothing() throws IOException {
    Set<String> before = children();
    try (NamespaceSandbox sandbox = sandbox()) {
      for (int i = 0; i < 5; i++) {
        run(sandbox, i % 2 == 0 ? "true" : "sleep 100 & sleep 0.05");
      }
      assertTrue(children().size() > before.size(), "nothing was made ready for the next");
    }
    assertEquals(before, children());
    try (DirectoryHandle shared = DirectoryHandle.open(directory.resolve("shared/machine/dev"))) {
      assertEquals(List.of(), shared.list());
    }
  }

  private static Set<String> children() {
    return ProcessHandle.current()
        .children()
        .map(child -> Long.toString(child.pid()))
        .collect(Collectors.toSet());
  }
}
