package dev.jbuild.execute;

import java.time.Duration;

/// Interrupts the thread that made it when its time is over, unless it is closed before.
///
/// Once closed, no interrupt comes any more, and the one that came is taken back.
final class Deadline implements AutoCloseable {

  private final Thread worker = Thread.currentThread();
  private final Thread clock;
  private boolean passed;
  private boolean closed;

  private Deadline(Duration time) {
    this.clock = Thread.ofVirtual().start(() -> await(time));
  }

  static Deadline in(Duration time) {
    return new Deadline(time);
  }

  private void await(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      return;
    }
    synchronized (this) {
      if (!closed) {
        passed = true;
        worker.interrupt();
      }
    }
  }

  synchronized boolean passed() {
    return passed;
  }

  @Override
  public synchronized void close() {
    closed = true;
    clock.interrupt();
    if (passed) {
      boolean ignored = Thread.interrupted();
    }
  }
}
