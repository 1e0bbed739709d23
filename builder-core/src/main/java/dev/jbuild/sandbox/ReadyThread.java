package dev.jbuild.sandbox;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/// A thread in namespaces of its own, for one job; it can be started before there is one.
/// Everything it changes is the thread's alone, so the rest of the JVM does not notice.
///
/// Its owner, on another thread, gives it a job or dismisses it, and joins it in the end.
final class ReadyThread {

  private final Namespaces.Kind kind;
  private final Namespaces namespaces;
  private final CountDownLatch decided = new CountDownLatch(1);
  private final Thread thread;
  private volatile @Nullable Launcher launcher;
  private volatile boolean killed;
  private volatile @Nullable Throwable thrown;

  /// Starts it, from the namespaces of the calling thread.
  ///
  /// @param points where roots are mounted
  ReadyThread(Namespaces.Kind kind, MountPoints points) throws IOException {
    this.kind = kind;
    this.namespaces = new Namespaces(kind, points);
    this.thread = Thread.ofPlatform().name("step").daemon().unstarted(this::live);
    thread.start();
  }

  Namespaces.Kind kind() {
    return kind;
  }

  private void live() {
    try {
      enterAndRun();
    } catch (Throwable t) {
      thrown = t;
    }
    Launcher job = awaitDecision();
    if (job != null) {
      job.over();
    }
  }

  private void enterAndRun() throws IOException {
    try (namespaces) {
      namespaces.enter();
      Launcher job = awaitDecision();
      if (job != null && !killed) {
        job.run(namespaces);
      }
    }
  }

  /// Null when there is no job for it.
  private @Nullable Launcher awaitDecision() {
    while (true) {
      try {
        decided.await();
        return launcher;
      } catch (InterruptedException e) {
        // Nobody has this thread to interrupt it.
      }
    }
  }

  /// Gives it its job.
  void give(Launcher job) {
    launcher = job;
    decided.countDown();
  }

  /// There will be no job.
  void dismiss() {
    decided.countDown();
  }

  /// Ends its job at once.
  void kill() {
    killed = true;
    namespaces.kill();
  }

  boolean isAlive() {
    return thread.isAlive();
  }

  void join() {
    join(thread);
  }

  /// Waits for the end of a thread; an interrupt is kept for later.
  static void join(Thread thread) {
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /// What ended it before its time. To be asked when its job is over.
  Optional<Throwable> failure() {
    return Optional.ofNullable(thrown);
  }
}
