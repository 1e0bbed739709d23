package dev.jbuild.cli.command;

import dev.jbuild.problem.Canceled;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Stops the work in hand when a signal asks for it, and lets it clean up.
///
/// The JVM turns SIGINT, SIGTERM and SIGHUP into a shutdown with exit code 128 and the signal's
/// number; a shutdown hook calls [#cancel] and the shutdown waits for it.
public final class Cancellation {

  /// Who does not stop in this time is left to the next start's clean-up.
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch finished = new CountDownLatch(1);
  private @Nullable Thread worker;
  private boolean canceled;

  /// Runs `work` on this thread, to be interrupted by [#cancel].
  public <T> T run(Supplier<T> work) {
    synchronized (this) {
      if (canceled) {
        throw new Canceled();
      }
      worker = Thread.currentThread();
    }
    try {
      return work.get();
    } catch (RuntimeException e) {
      // An interrupt shows as whatever was in hand when it came.
      if (isCanceled() && !(e instanceof Canceled)) {
        throw new Canceled();
      }
      throw e;
    } finally {
      synchronized (this) {
        worker = null;
        if (canceled) {
          // The interrupt was for the work, not for what tells of its end.
          boolean ignored = Thread.interrupted();
        }
      }
    }
  }

  /// Whether somebody asked for the end.
  public synchronized boolean isCanceled() {
    return canceled;
  }

  /// Interrupts the work, and waits until the command has ended.
  public void cancel() {
    synchronized (this) {
      canceled = true;
      if (worker == null) {
        return;
      }
      worker.interrupt();
    }
    try {
      boolean ignored = finished.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Cancels when the process is told to end, which may have happened already: then nothing is
  /// begun, and the exit code is the signal's.
  public void onShutdown() {
    try {
      Runtime.getRuntime().addShutdownHook(new Thread(this::cancel, "cancel"));
    } catch (IllegalStateException e) {
      cancel();
    }
  }

  /// Says that the command has ended and told what it had to tell.
  public void finished() {
    finished.countDown();
  }
}
