package dev.jbuild.content;

import dev.jbuild.linux.LinuxException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// Room for work in progress, owned by this process through a lock that the kernel frees however
/// the process ends.
///
/// Closing removes it. What dead processes left is removed when the next one opens a space. Safe
/// for several threads.
public final class TempSpace implements AutoCloseable {

  private static final String LOCK = ".lock";

  /// How the file is called in which the owner writes what it uses of the state.
  static final String LEASES = ".uses";

  private static final String GATE = "gate";

  /// Lock files of this process. Linux drops a process's lock on a file as soon as the process
  /// closes any descriptor of that file, so that none of these may be opened a second time.
  private static final Set<Path> OWN = new HashSet<>();

  /// Deletes a tree whatever is in it.
  @FunctionalInterface
  public interface Remover {
    void remove(Path path) throws IOException;
  }

  private final Path directory;
  private final Path lockFile;
  private final FileChannel channel;
  private final Remover remover;
  private final AtomicInteger count = new AtomicInteger();

  private TempSpace(Path directory, Path lockFile, FileChannel channel, Remover remover) {
    this.directory = directory;
    this.lockFile = lockFile;
    this.channel = channel;
    this.remover = remover;
  }

  /// Makes a space below `parent`, and removes those whose owners are gone.
  public static TempSpace open(Path parent, Remover remover) throws IOException {
    String name =
        Long.toString(ProcessHandle.current().pid(), 36)
            + "-"
            + Long.toString(System.nanoTime(), 36);
    Path home = parent.toRealPath();
    Path lockFile = home.resolve(name + LOCK);
    synchronized (OWN) {
      // The gate keeps others from taking a lock file that is there but not yet locked.
      try (FileChannel gate =
          FileChannel.open(
              parent.resolve(GATE), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        gate.lock();
        FileChannel channel =
            FileChannel.open(lockFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        if (channel.tryLock() == null) {
          channel.close();
          throw new IOException("cannot lock " + lockFile);
        }
        OWN.add(lockFile);
        Path directory = Files.createDirectory(parent.resolve(name));
        removeOrphans(home, remover);
        return new TempSpace(directory, lockFile, channel, remover);
      }
    }
  }

  private static void removeOrphans(Path parent, Remover remover) throws IOException {
    try (DirectoryStream<Path> locks = Files.newDirectoryStream(parent, "*" + LOCK)) {
      for (Path lockFile : locks) {
        if (OWN.contains(lockFile)) {
          continue;
        }
        try (FileChannel other = FileChannel.open(lockFile, StandardOpenOption.WRITE)) {
          FileLock lock = other.tryLock();
          if (lock != null) {
            String name = lockFile.getFileName().toString();
            remover.remove(parent.resolve(name.substring(0, name.length() - LOCK.length())));
            Files.deleteIfExists(lockFile.resolveSibling(leases(name)));
            Files.deleteIfExists(lockFile);
          }
        } catch (AccessDeniedException | LinuxException e) {
          // Files of other ids of a user namespace: whoever starts in one again removes them.
        } catch (NoSuchFileException e) {
          // Its owner removed it at the same time.
        }
      }
    }
  }

  private static String leases(String lockName) {
    return lockName.substring(0, lockName.length() - LOCK.length()) + LEASES;
  }

  /// The file in which the owner writes what it uses of the state; it ends with the space.
  Path leases() {
    return lockFile.resolveSibling(leases(lockFile.getFileName().toString()));
  }

  /// A path of its own for something new; nothing is there yet.
  public Path next(String prefix) {
    return directory.resolve(prefix + count.incrementAndGet());
  }

  /// A new empty directory.
  public Path directory(String prefix) throws IOException {
    return Files.createDirectory(next(prefix));
  }

  @Override
  public void close() throws IOException {
    try (channel) {
      remover.remove(directory);
      Files.deleteIfExists(leases());
      Files.deleteIfExists(lockFile);
    } finally {
      synchronized (OWN) {
        OWN.remove(lockFile);
      }
    }
  }
}
