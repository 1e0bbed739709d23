package dev.jbuild.execute;

import dev.jbuild.cache.KeyWriter;
import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The directories behind `--mount=type=cache`, kept between builds. Locks are the kernel's: none
/// outlives its process.
final class CacheMounts {

  private static final long POLL_MILLIS = 20;

  private final Path directory;
  private final TempSpace temp;
  private final StateCare care;

  CacheMounts(Path directory, TempSpace temp, StateCare care) {
    this.care = care;
    this.directory = directory;
    this.temp = temp;
  }

  /// What a new cache starts with.
  ///
  /// @param id of the content; another content is another cache
  record Initial(String id, Fill fill) {
    static final Initial EMPTY = new Initial("", into -> {});
  }

  /// Puts the content into `into/d`.
  @FunctionalInterface
  interface Fill {
    void into(Path into) throws IOException;
  }

  /// A cache in use.
  record Held(Path directory, FileChannel lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /// Takes a cache for a step: at once if it is shared, when it is free if it is locked, another
  /// copy if it is private.
  Held hold(RunMount mount, String target, Initial initial) throws IOException {
    String name =
        new KeyWriter("cache-mount")
            .add("id", mount.id().orElse(target))
            .add("content", initial.id())
            .add("mode", mount.mode().toString())
            .add("uid", mount.uid().toString())
            .add("gid", mount.gid().toString())
            .key()
            .digest()
            .hex();
    for (int copy = 0; ; copy++) {
      String own = copy == 0 ? name : name + "-" + copy;
      care.use("mounts/" + own);
      FileChannel channel =
          FileChannel.open(
              directory.resolve(own + ".lock"),
              StandardOpenOption.CREATE,
              StandardOpenOption.READ,
              StandardOpenOption.WRITE);
      boolean held =
          switch (mount.sharing()) {
            case SHARED -> true;
            case LOCKED -> await(channel);
            case PRIVATE -> tryLock(channel);
          };
      if (held) {
        // The time of its last use.
        channel.truncate(0).write(ByteBuffer.wrap(new byte[1]));
        return new Held(ensure(own, mount, initial), channel);
      }
      channel.close();
    }
  }

  private static boolean await(FileChannel channel) throws IOException {
    while (!tryLock(channel)) {
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        channel.close();
        throw new dev.jbuild.problem.Canceled();
      }
    }
    return true;
  }

  private static boolean tryLock(FileChannel channel) throws IOException {
    try {
      FileLock lock = channel.tryLock();
      return lock != null;
    } catch (OverlappingFileLockException e) {
      // Another step of this process has it.
      return false;
    }
  }

  private Path ensure(String name, RunMount mount, Initial initial) throws IOException {
    Path cache = directory.resolve(name);
    if (!Files.isDirectory(cache)) {
      Path fresh = temp.directory("cache");
      initial.fill().into(fresh);
      Path content = fresh.resolve("d");
      if (!Files.isDirectory(content)) {
        Files.createDirectory(content);
      }
      try (DirectoryHandle parent = DirectoryHandle.open(fresh)) {
        BytePath entry = BytePath.of("d");
        parent.owner(entry, mount.uid().orElse(0), mount.gid().orElse(0));
        parent.mode(entry, mount.mode().orElse(0755));
      }
      try {
        AtomicFile.rename(content, cache);
      } catch (java.nio.file.DirectoryNotEmptyException
          | java.nio.file.FileAlreadyExistsException e) {
        // Another step made it at the same time.
      }
    }
    return cache;
  }
}
