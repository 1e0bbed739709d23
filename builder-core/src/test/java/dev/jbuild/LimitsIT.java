package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.sandbox.limit.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Steps held to limits by the kernel. Needs root, busybox, and control groups that root may make.
@Timeout(120)
class LimitsIT {

  private static final Path GROUPS = Path.of("/sys/fs/cgroup");

  private StepBuilds builds;

  @BeforeEach
  void prepare() throws IOException {
    assumeTrue(
        Limiter.here()
            .warning(
                new Quota(OptionalLong.of(1 << 20), OptionalLong.of(1000), OptionalLong.of(10)))
            .isEmpty(),
        "no control groups can be made here");
    builds = new StepBuilds();
  }

  @AfterEach
  void close() throws IOException {
    if (builds != null) {
      assertEquals(List.of(), groups());
      builds.close();
    }
  }

  /// Groups of steps that are left.
  private static List<String> groups() throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(GROUPS, 4)) {
      files
          .filter(f -> f.getFileName().toString().startsWith("jbuild-"))
          .forEach(f -> found.add(f.toString()));
    }
    return found;
  }

  private void limit(String sandbox, long memory, long milliCpus, long processes) {
    builds.with(
        new BuildRequest.Isolation("default", Set.of(), Optional.of(sandbox), Set.of(), Set.of()));
    builds.with(
        new BuildRequest.Resources(
            OptionalLong.empty(),
            Map.of(),
            OptionalLong.empty(),
            new BuildRequest.Quota(some(memory), some(milliCpus), some(processes))));
  }

  private static OptionalLong some(long value) {
    return value == 0 ? OptionalLong.empty() : OptionalLong.of(value);
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void memoryOfAllTogether(String sandbox) {
    limit(sandbox, 48 << 20, 0, 0);
    builds.build("RUN dd if=/dev/zero of=/dev/null bs=20M count=1");
    Problem problem = builds.failure("RUN dd if=/dev/zero of=/dev/null bs=100M count=1");
    assertEquals("CommandFailed", problem.code());
    assertTrue(problem.message().contains("exit code: 137"), problem.message());
    assertTrue(problem.message().contains("--memory 48 MiB"), problem.message());
    // Three that would each be allowed to.
    problem =
        builds.failure(
            "RUN for i in 1 2 3; do (dd if=/dev/zero bs=20M count=1 2>&- | (sleep 1; cat >"
                + " /dev/null)) & done; wait; exit 5");
    assertTrue(problem.message().contains("--memory 48 MiB"), problem.message());
    assertTrue(problem.message().contains("exit code: 5"), problem.message());
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void processes(String sandbox) {
    limit(sandbox, 0, 0, 6);
    builds.build("RUN for i in 1 2 3 4 5; do sleep 0.2 & done; wait");
    builds.failure("RUN for i in 1 2 3 4 5 6; do sleep 1 & done; wait");
    assertTrue(builds.log().contains("can't fork"), builds.log());
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void processors(String sandbox) {
    limit(sandbox, 0, 200, 0);
    long start = System.nanoTime();
    // Without a limit it is done in the time that the loop says: no longer than it takes to count.
    builds.build(
        "RUN read a b < /proc/uptime; i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done; times");
    double wall = (System.nanoTime() - start) / 1e9;
    String user = builds.log().lines().findFirst().orElseThrow();
    double used = Double.parseDouble(user.replaceAll("0m([0-9.]+)s.*", "$1"));
    assertTrue(used > 0.05 && wall > used * 3, user + " of processor in " + wall + " s");
  }

  @ParameterizedTest
  @ValueSource(strings = {"namespaces", "chroot"})
  void resourceLimitsAndSharedMemory(String sandbox) {
    builds.with(
        new BuildRequest.Isolation("default", Set.of(), Optional.of(sandbox), Set.of(), Set.of()));
    builds.with(
        new BuildRequest.Resources(
            OptionalLong.of(3 << 20),
            Map.of("nofile", new BuildRequest.Limit(50, 60)),
            OptionalLong.empty(),
            BuildRequest.Quota.NONE));
    builds.build("RUN ulimit -n; ulimit -H -n; df -k /dev/shm | tail -n 1");
    assertTrue(builds.log().startsWith("50\n60\n"), builds.log());
    boolean held = builds.log().matches("(?s).* 3072 .*/dev/shm\n");
    boolean told = builds.reported().stream().anyMatch(p -> p.code().equals("ShmSizeNotHeld"));
    assertTrue(held != told && told == sandbox.equals("chroot"), builds.log());
  }

  @Test
  void groupsOfTheDeadGo() throws IOException {
    limit("namespaces", 0, 0, 100);
    builds.build("RUN test -r /proc/self/cgroup && cat /proc/self/cgroup");
    Path mine = Files.isDirectory(GROUPS.resolve("pids")) ? GROUPS.resolve("pids") : GROUPS;
    assertTrue(builds.log().contains("/jbuild-"), builds.log());
    Path dead = Files.createDirectory(mine.resolve("jbuild-dead"));
    builds.build("RUN echo again");
    assertTrue(Files.notExists(dead));
    Files.createDirectory(dead);
    Files.writeString(builds.home.resolve("v1/tmp/killed.lock"), "");
    limit("namespaces", 0, 0, 0);
    builds.build("RUN echo without limits");
    assertTrue(Files.notExists(dead), "a start after a kill removes them");
  }
}
