package dev.jbuild.sandbox;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Threads for jobs: the next one is made while a job runs, so that its job need not wait for it.
/// The first job may be the only one; nothing is made before the second. Safe for several threads.
final class ReadyThreads implements AutoCloseable {

  private final MountPoints points;
  private final List<ReadyThread> ending = new ArrayList<>();
  private @Nullable ReadyThread spare;
  private boolean used;
  private boolean closed;

  ReadyThreads(MountPoints points) {
    this.points = points;
  }

  /// A thread for a job of this kind: the one that was made for it, or a new one.
  synchronized ReadyThread take(Namespaces.Kind kind) throws IOException {
    ReadyThread ready = spare;
    if (ready != null && ready.kind().equals(kind) && ready.failure().isEmpty()) {
      spare = null;
      return ready;
    }
    return new ReadyThread(kind, points);
  }

  /// Makes one for the next job, which may be of the same kind. Where that cannot be, the next job
  /// finds none and tells why.
  synchronized void prepare(Namespaces.Kind kind) {
    ReadyThread old = spare;
    if (!used || closed || (old != null && old.kind().equals(kind))) {
      used = true;
      return;
    }
    if (old != null) {
      dismiss(old);
    }
    try {
      spare = new ReadyThread(kind, points);
    } catch (IOException e) {
      spare = null;
    }
  }

  /// The job of this thread is over; its namespaces may take a moment longer.
  synchronized void over(ReadyThread thread) {
    ending.removeIf(t -> !t.isAlive());
    ending.add(thread);
  }

  private void dismiss(ReadyThread thread) {
    thread.dismiss();
    over(thread);
  }

  /// Waits until all of them have ended.
  @Override
  public void close() {
    List<ReadyThread> last;
    synchronized (this) {
      closed = true;
      if (spare != null) {
        dismiss(spare);
        spare = null;
      }
      last = List.copyOf(ending);
      ending.clear();
    }
    last.forEach(ReadyThread::join);
  }
}
