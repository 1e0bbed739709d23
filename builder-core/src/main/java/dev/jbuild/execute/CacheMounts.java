package dev.jbuild.execute;

import dev.jbuild.cache.KeyWriter;
import dev.jbuild.cachemount.MountCarrier;
import dev.jbuild.cachemount.MountName;
import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.problem.Canceled;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// The directories behind `--mount=type=cache`, kept between builds. Locks are the kernel's: none
/// outlives its process.
final class CacheMounts {

  private static final long POLL_MILLIS = 20;

  /// A wait as long as this is told of.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Path directory;
  private final TempSpace temp;
  private final StateCare care;
  private final MountCarrier carrier;

  /// @param carrier gives what new caches begin with, and is told of those that steps have
  CacheMounts(Path directory, TempSpace temp, StateCare care, MountCarrier carrier) {
    this.care = care;
    this.carrier = carrier;
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
  record Held(Path directory, FileChannel lock) implements MountCarrier.Opened {
    @Override
    public void close() throws IOException {
      lock.close();
    }
  }

  /// Takes a cache for a step: at once if it is shared, when it is free if it is locked, another
  /// copy if it is private.
  ///
  /// @param note is told a kind and a text: what a new one begins with, what is waited for when
  ///   that takes long
  Held hold(RunMount mount, String target, Initial initial, BiConsumer<String, String> note)
      throws IOException {
    String key =
        new KeyWriter("cache-mount")
            .add("id", mount.id().orElse(target))
            .add("content", initial.id())
            .add("mode", mount.mode().toString())
            .add("uid", mount.uid().toString())
            .add("gid", mount.gid().toString())
            .key()
            .digest()
            .hex();
    MountName name = new MountName(key, mount.id().orElse(target));
    for (int copy = 0; ; copy++) {
      String own = copy == 0 ? key : key + "-" + copy;
      care.use("mounts/" + own);
      FileChannel channel = lockFile(own);
      boolean held =
          switch (mount.sharing()) {
            case SHARED -> true;
            case LOCKED -> await(channel, () -> note.accept("wait", wait(mount, target)));
            case PRIVATE -> tryLock(channel);
          };
      if (held) {
        // The time of its last use.
        channel.truncate(0).write(ByteBuffer.wrap(new byte[1]));
        try {
          ensure(own, new Beginning(mount, initial, name, text -> note.accept("mount", text)));
        } catch (IOException | RuntimeException e) {
          channel.close();
          throw e;
        }
        if (!mount.readOnly()) {
          carrier.used(name, () -> reopen(own, mount.sharing() != RunMount.Sharing.SHARED));
        }
        return new Held(directory.resolve(own), channel);
      }
      channel.close();
    }
  }

  private FileChannel lockFile(String own) throws IOException {
    return FileChannel.open(
        directory.resolve(own + ".lock"),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  /// A cache that a step of this build had.
  private Held reopen(String own, boolean locked) throws IOException {
    FileChannel channel = lockFile(own);
    if (locked) {
      boolean unused = await(channel, () -> {});
    }
    return new Held(directory.resolve(own), channel);
  }

  /// Takes the cache of this name again, for somebody who had it before. One that is gone is empty.
  Held again(String name, RunMount.Sharing sharing) throws IOException {
    care.use("mounts/" + name);
    Held held = reopen(name, sharing != RunMount.Sharing.SHARED);
    Files.createDirectories(held.directory());
    return held;
  }

  private static String wait(RunMount mount, String target) {
    String id = mount.id().filter(i -> !i.equals(target)).map(i -> " (id=" + i + ")").orElse("");
    return "for the cache mount " + target + id + ", which another step has locked";
  }

  private static boolean await(FileChannel channel, Runnable tell) throws IOException {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    boolean told = false;
    while (!tryLock(channel)) {
      if (!told && System.nanoTime() - patience > 0) {
        told = true;
        tell.run();
      }
      try {
        Thread.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        channel.close();
        throw new Canceled();
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

  /// How a cache begins that is not here.
  private record Beginning(
      RunMount mount, Initial initial, MountName name, Consumer<String> note) {}

  private void ensure(String own, Beginning beginning) throws IOException {
    Path cache = directory.resolve(own);
    if (Files.isDirectory(cache)) {
      return;
    }
    // Steps that share it wait for the one that makes it.
    try (StateCare.Held only = care.lock("mounts/" + own, () -> {})) {
      if (!Files.isDirectory(cache)) {
        AtomicFile.rename(begin(beginning), cache);
      }
    } catch (InterruptedException e) {
      throw new Canceled();
    } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
      // Another step made it at the same time.
    }
  }

  private Path begin(Beginning beginning) throws IOException {
    Path fresh = temp.directory("cache");
    Path content = fresh.resolve("d");
    Files.createDirectory(content);
    if (carrier.restore(beginning.name, content, beginning.note)) {
      return content;
    }
    Files.delete(content);
    beginning.initial.fill().into(fresh);
    if (!Files.isDirectory(content)) {
      Files.createDirectory(content);
    }
    try (DirectoryHandle parent = DirectoryHandle.open(fresh)) {
      BytePath entry = BytePath.of("d");
      parent.owner(entry, beginning.mount.uid().orElse(0), beginning.mount.gid().orElse(0));
      parent.mode(entry, beginning.mount.mode().orElse(0755));
    }
    return content;
  }
}
