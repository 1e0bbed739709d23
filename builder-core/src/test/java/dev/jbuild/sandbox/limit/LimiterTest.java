package dev.jbuild.sandbox.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimiterTest {

  private static final Quota ALL =
      new Quota(OptionalLong.of(64 << 20), OptionalLong.of(1500), OptionalLong.of(10));

  @TempDir Path directory;

  private Limiter without() throws IOException {
    Files.writeString(directory.resolve("cgroup"), "0::/\n");
    Files.writeString(directory.resolve("mountinfo"), "");
    return new Limiter(directory);
  }

  @Test
  void withoutGroupsItSaysWhatHoldsInstead() throws IOException {
    Limiter limiter = without();
    assertEquals(
        "memory 64 MiB by RLIMIT_DATA for each process, processors 1.5 by whole processors (2),"
            + " processes 10 by RLIMIT_NPROC for users other than root",
        limiter.described(ALL));
    assertEquals(Optional.of("LimitApproximate"), limiter.warning(ALL).map(Problem::code));
    assertEquals(Map.of("data", 64L << 20, "nproc", 10L), limiter.resourceLimits(ALL));
    assertEquals(Optional.empty(), limiter.warning(Quota.NONE));
    assertEquals("", limiter.described(Quota.NONE));
    try (StepGroup group = limiter.group(ALL, 0)) {
      assertEquals(0, group.enter());
      assertTrue(!group.ranOutOfMemory());
    }
  }

  @Test
  void aThreadCanBeKeptToOneProcessor() throws Exception {
    Limiter limiter = without();
    Quota one = new Quota(OptionalLong.empty(), OptionalLong.of(700), OptionalLong.empty());
    FutureTask<String> allowed =
        new FutureTask<>(() -> {
          limiter.narrow(one, 0);
          return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
              .filter(line -> line.startsWith("Cpus_allowed_list:"))
              .findFirst()
              .orElseThrow();
        });
    Thread.ofPlatform().start(allowed);
    assertTrue(allowed.get().matches("Cpus_allowed_list:\\s*\\d+"), allowed.get());
  }

  @Test
  void groupsOfTheSecondKindAreWrittenAsItWants() {
    Path group = directory.resolve("g");
    Place place = new Place(directory, directory, true);
    assertEquals("cgroup.procs", place.entry());
    assertEquals(
        List.of(new Place.Setting(group.resolve("memory.max"), "67108864")),
        place.settings(Quota.Kind.MEMORY, 64 << 20, group, 0));
    assertEquals(
        List.of(new Place.Setting(group.resolve("cpu.max"), "150000 100000")),
        place.settings(Quota.Kind.CPU, 1500, group, 0));
    assertEquals(
        List.of(new Place.Setting(group.resolve("pids.max"), "11")),
        place.settings(Quota.Kind.PIDS, 10, group, 1));
  }

  @Test
  void swapIsNoWayOut() throws IOException {
    Files.writeString(directory.resolve("memory.swap.max"), "max");
    Place place = new Place(directory, directory, true);
    assertEquals(
        new Place.Setting(directory.resolve("memory.swap.max"), "0"),
        place.settings(Quota.Kind.MEMORY, 1 << 20, directory, 0).get(1));
  }

  @Test
  void aHierarchyThatCannotBeWrittenIsNone() throws IOException {
    Files.writeString(
        directory.resolve("cgroup"),
        "4:memory:/a b\n1:cpu,cpuacct:/\n0::/x\n",
        StandardCharsets.UTF_8);
    Files.writeString(
        directory.resolve("mountinfo"),
        "31 25 0:27 / "
            + directory.resolve("nowhere")
            + " rw shared:1 - cgroup cgroup rw,memory\n"
            + "garbage\n32 25 0:28 / / rw - cgroup2 none rw\n");
    assertTrue(new Limiter(directory).warning(ALL).isPresent());
  }
}
