package dev.jbuild.sandbox;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// Platform threads that hand on what jobs write, kept for the next job: steps come one after the
/// other. They are in the namespaces of this process, since a job's own thread never starts one.
final class Pumps {

  private static final ExecutorService THREADS =
      Executors.newCachedThreadPool(Thread.ofPlatform().name("output").daemon().factory());

  private Pumps() {}

  static Future<?> start(Callable<?> work) {
    return THREADS.submit(work);
  }

  /// Waits for the end of `work`; an interrupt is kept for later.
  static void join(Future<?> work) {
    boolean interrupted = false;
    while (!work.isDone()) {
      try {
        Object ignored = work.get();
      } catch (InterruptedException e) {
        interrupted = true;
      } catch (ExecutionException e) {
        throw new IllegalStateException(e.getCause());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
