package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.event.BuildEvent;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What one process waits for in another is said. Needs root and busybox.
@Timeout(60)
class WaitingIT {

  private StepBuilds builds;

  @BeforeEach
  void open() throws IOException {
    builds = new StepBuilds();
    builds.build("RUN true");
  }

  @AfterEach
  void close() throws IOException {
    builds.close();
  }

  /// Starts a build in another process, on the same state, and returns when its step runs.
  private FutureTask<BuildResult> elsewhere(String line) throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    BuildRequest request =
        builds.request(
            "FROM scratch AS base\nCOPY busybox /bin/busybox\n"
                + "RUN [\"/bin/busybox\", \"--install\", \"-s\", \"/bin\"]\nFROM base\n"
                + line
                + "\n");
    FutureTask<BuildResult> task =
        new FutureTask<>(() ->
            new WorkerProcess(command -> new ProcessBuilder(command).start(), builds.home)
                .build(
                    request,
                    event -> {
                      if (event instanceof BuildEvent.StepOutput) {
                        running.countDown();
                      }
                    },
                    OutputStream.nullOutputStream()));
    Thread.ofPlatform().start(task);
    running.await();
    return task;
  }

  private List<String> waits() {
    return builds.events.stream()
        .filter(e -> e instanceof BuildEvent.StepNoted n && n.kind().equals("wait"))
        .map(e -> ((BuildEvent.StepNoted) e).text())
        .toList();
  }

  @Test
  void aLockedCacheIsNamed() throws Exception {
    String mount = "RUN --mount=type=cache,id=things,target=/c,sharing=locked ";
    FutureTask<BuildResult> other = elsewhere(mount + "echo held; sleep 4; echo other >>/c/order");
    builds.build(mount + "echo this >>/c/order; cat /c/order");
    assertEquals(
        List.of("for the cache mount /c (id=things), which another step has locked"), waits());
    assertEquals("other\nthis\n", builds.log());
    BuildResult unused = other.get();
  }

  @Test
  void aShortWaitIsNotWorthALine() throws Exception {
    String mount = "RUN --mount=type=cache,target=/c,sharing=locked ";
    builds.build(mount + "echo this");
    assertEquals(List.of(), waits());
  }

  @Test
  void anEqualStepOfAnotherBuildIsAwaited() throws Exception {
    String line = "RUN echo once; sleep 4; echo made >/made";
    FutureTask<BuildResult> other = elsewhere(line);
    BuildResult result = builds.build(line);
    assertEquals(List.of("another build is running this step"), waits());
    assertEquals("", builds.log());
    assertTrue(
        builds.events.stream()
            .filter(BuildEvent.StepFinished.class::isInstance)
            .allMatch(e -> ((BuildEvent.StepFinished) e).outcome() == BuildEvent.Outcome.CACHED));
    assertEquals(other.get().digest(), result.digest());
  }
}
