package dev.jbuild.content;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// Files that appear whole or not at all: written beside, forced to disk, renamed.
public final class AtomicFile {

  private AtomicFile() {}

  /// Writes `bytes` as the new content of `file`, durably.
  public static void write(Path file, byte[] bytes) throws IOException {
    write(file, bytes, true);
  }

  /// @param durably whether to wait for the disk; without, a power cut may leave the file damaged
  static void write(Path file, byte[] bytes, boolean durably) throws IOException {
    Path directory = parent(file);
    Path temp = Files.createTempFile(directory, ".tmp-", "");
    try {
      try (FileChannel channel = FileChannel.open(temp, StandardOpenOption.WRITE)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          channel.write(buffer);
        }
        if (durably) {
          channel.force(true);
        }
      }
      Files.move(temp, file, StandardCopyOption.ATOMIC_MOVE);
      if (durably) {
        sync(directory);
      }
    } finally {
      Files.deleteIfExists(temp);
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
