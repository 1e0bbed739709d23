package dev.jbuild.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/// Files that appear whole or not at all: written beside, forced to disk, renamed.
public final class AtomicFile {

  /// Tells this process from all others that write there, in whatever process namespace.
  private static final String SPACE =
      Long.toString(ProcessHandle.current().pid(), 36) + "-" + Long.toString(System.nanoTime(), 36);

  private static final FileAttribute<?> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
  private static final AtomicLong COUNT = new AtomicLong();

  private AtomicFile() {}

  /// Writes `bytes` as the new content of `file`, durably.
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, bytes, true);
  }

  /// @param durably whether to wait for the disk; without, a power cut may leave the file damaged
  static void write(Path file, byte[] bytes, boolean durably) throws IOException {
    Path directory = parent(file);
    Path temp = directory.resolve(".tmp-" + SPACE + "-" + COUNT.incrementAndGet());
    boolean moved = false;
    try {
      try (FileChannel channel =
          FileChannel.open(
              temp, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        if (durably) {
          channel.force(true);
        }
      }
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
      moved = true;
      if (durably) {
        sync(directory);
      }
    } finally {
      if (!moved) {
        Files.deleteIfExists(temp);
      }
    }
  }

  /// Renames `from` to `to` without waiting for the disk: what is there says itself whether it is
  /// whole.
  public static void renameLazily(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /// Renames `from`, already on disk, to `to` and forces the directory.
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    sync(parent(to));
  }

  /// Forces a directory's entries to disk.
  static void sync(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("no parent: " + file);
    }
    return parent;
  }
}
