package dev.jbuild.sandbox.limit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Moving in and out of groups of cgroup v2, whatever controllers it has here. Needs root.
@Timeout(60)
class StepGroupIT {

  /// This process's line of cgroup v2.
  private static String of(String process) throws IOException {
    return Files.readAllLines(Path.of("/proc/" + process + "/cgroup")).stream()
        .filter(line -> line.startsWith("0::"))
        .findFirst()
        .orElse("");
  }

  private static Path own() throws IOException {
    Path root =
        Stream.of("/sys/fs/cgroup", "/sys/fs/cgroup/unified")
            .map(Path::of)
            .filter(p -> Files.exists(p.resolve("cgroup.controllers")))
            .findFirst()
            .orElse(Path.of("/nonexistent"));
    Path own = Path.of(root + of("self").substring(3)).normalize();
    assumeTrue(Files.isWritable(own.resolve("cgroup.procs")), "cgroup v2 cannot be written here");
    return own;
  }

  @Test
  void whatIsStartedInItStaysAndThisProcessComesBack() throws Exception {
    Path own = own();
    String before = of("self");
    Process child;
    try (StepGroup group = new StepGroup()) {
      Path directory = group.make(new Place(own, own, true));
      assertEquals(0, group.enter());
      child = new ProcessBuilder("sleep", "30").start();
      assertEquals(0, group.leave());
      assertEquals(before, of("self"));
      assertTrue(of("" + child.pid()).endsWith("/" + directory.getFileName()));
      assertEquals(
          List.of("" + child.pid()), Files.readAllLines(directory.resolve("cgroup.procs")));
      child.destroyForcibly().waitFor();
    }
    try (Stream<Path> left = Files.list(own)) {
      assertTrue(left.noneMatch(p -> p.getFileName().toString().startsWith(StepGroup.PREFIX)));
    }
  }
}
