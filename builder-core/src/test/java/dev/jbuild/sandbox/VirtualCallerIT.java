package dev.jbuild.sandbox;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.linux.Pipe;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A job that a virtual thread waits for. Its end must be told by a thread that can start the
/// carrier thread which the waiting one may need: the launcher thread cannot. Carriers also end
/// when they are idle for half a minute; here all there are have other work, which needs no
/// waiting. Needs root and busybox.
@Timeout(120)
class VirtualCallerIT {

  private static final int SPARE_CARRIERS = 16;

  @TempDir Path directory;

  private final VirtualThreadSchedulerMXBean scheduler =
      ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
  private final int parallelism = scheduler.getParallelism();
  private Pipe endless;

  @BeforeEach
  void makeRoot() throws IOException {
    Path bin = Files.createDirectories(directory.resolve("base/bin"));
    Files.copy(Path.of("/bin/busybox"), bin.resolve("busybox"));
    Files.createDirectory(directory.resolve("upper"));
    Files.createDirectory(directory.resolve("work"));
    Files.createDirectory(directory.resolve("gate"));
    endless = Pipe.open();
  }

  @AfterEach
  void release() throws IOException {
    endless.write().close();
    scheduler.setParallelism(parallelism);
  }

  @Test
  void itsEndIsSeenWhenThatNeedsAnotherCarrier() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<ExitStatus> ended = new CompletableFuture<>();
    Thread caller = Thread.ofVirtual().start(() -> ended.complete(run(started)));
    assertTrue(started.await(30, TimeUnit.SECONDS));
    await(() -> caller.getState() == Thread.State.WAITING);
    int carriers = occupyAllCarriers();
    assertFalse(ended.isDone());
    Files.createFile(directory.resolve("gate/open"));
    assertEquals(new ExitStatus(0, 0), ended.get(10, TimeUnit.SECONDS));
    assertTrue(scheduler.getPoolSize() > carriers, "no carrier was started for it");
  }

  /// Gives each carrier a read that does not end, which it cannot leave. Returns how many there
  /// are.
  private int occupyAllCarriers() {
    // Raising this later would start one.
    scheduler.setParallelism(scheduler.getPoolSize() + SPARE_CARRIERS);
    do {
      CountDownLatch running = new CountDownLatch(1);
      Thread unused =
          Thread.ofVirtual()
              .start(() -> {
                running.countDown();
                block();
              });
      await(() -> running.getCount() == 0);
    } while (scheduler.getMountedVirtualThreadCount() < scheduler.getPoolSize());
    assertTrue(scheduler.getPoolSize() < scheduler.getParallelism());
    return scheduler.getPoolSize();
  }

  private void block() {
    try {
      int unused = endless.read().input().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void await(BooleanSupplier condition) {
    long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (!condition.getAsBoolean()) {
      assertTrue(System.nanoTime() < until, "it did not come");
      LockSupport.parkNanos(1_000_000);
    }
  }

  /// Runs a job that says a word and ends when a file is there.
  private ExitStatus run(CountDownLatch started) {
    return new NamespaceSandbox(Path.of("/"), directory.resolve("shared"))
        .run(
            new Job(
                new Job.Root(
                    List.of(directory.resolve("base")),
                    directory.resolve("upper"),
                    directory.resolve("work")),
                List.of(
                    "busybox",
                    "sh",
                    "-c",
                    "echo up; while [ ! -e /gate/open ]; do busybox sleep 0.05; done"),
                List.of("PATH=/bin"),
                "/",
                Job.Identity.root(),
                List.of(new Job.Mount.Bind(directory.resolve("gate"), "", "/gate", true)),
                Job.Network.DEFAULT,
                Job.Rights.DEFAULT,
                "buildhost",
                List.of(),
                Job.Resources.unlimited(64 << 20),
                new Job.Stdio.Captured((stderr, buffer, length) -> started.countDown())));
  }
}
