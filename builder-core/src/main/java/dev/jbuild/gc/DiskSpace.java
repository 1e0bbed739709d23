package dev.jbuild.gc;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Counts bytes on disk as `du` does: blocks of files and directories, files with several names
/// once. What goes away meanwhile counts nothing.
final class DiskSpace {

  private record Inode(long fileSystem, long number) {}

  private final Set<Inode> seen = new HashSet<>();

  /// The bytes that `path` and all below it take, less what this counted before.
  long of(Path path) throws IOException {
    try (DirectoryHandle parent = DirectoryHandle.open(path.resolveSibling("."))) {
      BytePath name = BytePath.of(path.getFileName().toString());
      Optional<FileInfo> info = parent.stat(name);
      if (info.isEmpty()) {
        return 0;
      }
      long bytes = one(info.get());
      if (info.get().isDirectory()) {
        try (DirectoryHandle root = parent.directory(name)) {
          bytes += below(root);
        }
      }
      return bytes;
    }
  }

  /// What a directory takes without what is in it.
  static long alone(Path directory) throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
      return handle.stat(BytePath.EMPTY).map(info -> info.blocks() * 512).orElse(0L);
    }
  }

  private long below(DirectoryHandle root) throws IOException {
    long bytes = 0;
    Deque<BytePath> open = new ArrayDeque<>();
    open.push(BytePath.of("."));
    while (!open.isEmpty()) {
      BytePath directory = open.pop();
      try (DirectoryHandle handle = root.directory(directory)) {
        for (BytePath name : handle.list()) {
          Optional<FileInfo> info = handle.stat(name);
          if (info.isPresent()) {
            bytes += one(info.get());
            if (info.get().isDirectory()) {
              open.push(directory.resolve(name));
            }
          }
        }
      } catch (dev.jbuild.linux.LinuxException e) {
        if (e.errno() != dev.jbuild.linux.Errno.ENOENT) {
          throw e;
        }
      }
    }
    return bytes;
  }

  private long one(FileInfo info) {
    boolean again =
        !info.isDirectory()
            && info.links() > 1
            && !seen.add(
                new Inode(
                    ((long) info.fileSystemMajor() << 32) | info.fileSystemMinor(), info.inode()));
    return again ? 0 : info.blocks() * 512;
  }
}
