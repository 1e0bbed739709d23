package dev.jbuild.content;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// A lock between processes and threads that many may share or one may have alone, for moments. The
/// kernel frees it with its process.
///
/// A file lock is the whole process's, and any closing of the file drops it: there is one gate for
/// each file in a process, and it is never closed.
final class Gate {

  private static final Map<Path, Gate> ALL = new HashMap<>();

  private final FileChannel channel;
  private final ReentrantReadWriteLock threads = new ReentrantReadWriteLock(true);
  private int sharing;
  private @Nullable FileLock shared;

  private Gate(FileChannel channel) {
    this.channel = channel;
  }

  /// The gate at `file`, which is made if need be.
  static Gate of(Path file) throws IOException {
    Path real = file.resolveSibling(".").toRealPath().resolve(file.getFileName());
    synchronized (ALL) {
      Gate known = ALL.get(real);
      if (known == null) {
        known =
            new Gate(
                FileChannel.open(
                    real,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE));
        ALL.put(real, known);
      }
      return known;
    }
  }

  /// Work done behind the gate.
  @FunctionalInterface
  interface Work {
    void run() throws IOException;
  }

  void shared(Work work) throws IOException {
    threads.readLock().lock();
    try {
      enter();
      try {
        work.run();
      } finally {
        leave();
      }
    } finally {
      threads.readLock().unlock();
    }
  }

  private synchronized void enter() throws IOException {
    if (sharing == 0) {
      shared = channel.lock(0, Long.MAX_VALUE, true);
    }
    sharing++;
  }

  private synchronized void leave() throws IOException {
    sharing--;
    if (sharing == 0 && shared != null) {
      shared.release();
      shared = null;
    }
  }

  void alone(Work work) throws IOException {
    threads.writeLock().lock();
    try (FileLock lock = channel.lock()) {
      if (lock.isValid()) {
        work.run();
      }
    } finally {
      threads.writeLock().unlock();
    }
  }
}
