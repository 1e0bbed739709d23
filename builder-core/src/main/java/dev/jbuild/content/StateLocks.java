package dev.jbuild.content;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Locks by name between all threads of all processes on one state directory: each name is one byte
/// of one file that stays empty. The kernel frees them with their process.
///
/// A file lock is the whole process's, and any closing of the file drops it: there is one channel
/// for each file in a process, and it is never closed.
public final class StateLocks {

  private static final long POLL_MILLIS = 25;
  private static final Map<Path, OneFile> ALL = new HashMap<>();

  private final OneFile file;

  public StateLocks(StateDirectory state) throws IOException {
    Path real = state.root().toRealPath().resolve("locks");
    synchronized (ALL) {
      OneFile known = ALL.get(real);
      if (known == null) {
        known =
            new OneFile(
                FileChannel.open(real, StandardOpenOption.CREATE, StandardOpenOption.WRITE));
        ALL.put(real, known);
      }
      file = known;
    }
  }

  /// Waits for the lock. An interrupt ends the wait.
  ///
  /// @param waiting called once if somebody else has it
  public StateCare.Held lock(String name, Runnable waiting)
      throws IOException, InterruptedException {
    long place = Long.parseLong(Digest.ofUtf8(name).hex().substring(0, 15), 16);
    boolean told = false;
    while (true) {
      Optional<FileLock> lock = file.attempt(place);
      if (lock.isPresent()) {
        return () -> file.release(place, lock.get());
      }
      if (!told) {
        told = true;
        waiting.run();
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /// What this process holds of a file.
  private static final class OneFile {
    private final FileChannel channel;
    private final Set<Long> own = new HashSet<>();

    OneFile(FileChannel channel) {
      this.channel = channel;
    }

    synchronized Optional<FileLock> attempt(long place) throws IOException {
      if (own.contains(place)) {
        return Optional.empty();
      }
      Optional<FileLock> lock = Optional.ofNullable(channel.tryLock(place, 1, false));
      if (lock.isPresent()) {
        own.add(place);
      }
      return lock;
    }

    synchronized void release(long place, FileLock lock) throws IOException {
      own.remove(place);
      lock.release();
    }
  }
}
