package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Optional;

/// Deletes trees whatever is in them: directories without permissions, deep ones, links that lead
/// elsewhere.
public final class TreeRemover {

  private TreeRemover() {}

  /// Deletes `path` and what is below it; nothing happens when it is not there.
  public static void remove(Path path) throws IOException {
    Path absolute = path.toAbsolutePath();
    try (DirectoryHandle parent = DirectoryHandle.open(absolute.resolveSibling("."))) {
      remove(parent, BytePath.of(absolute.getFileName().toString()));
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
    }
  }

  /// Deletes an entry of `parent` and what is below it.
  public static void remove(DirectoryHandle parent, BytePath name) throws IOException {
    Optional<FileInfo> info = parent.stat(name);
    if (info.isEmpty()) {
      return;
    }
    if (!info.get().isDirectory()) {
      parent.removeFile(name);
      return;
    }
    Deque<Open> stack = new ArrayDeque<>();
    stack.push(enter(parent, name));
    try {
      while (!stack.isEmpty()) {
        Open top = stack.element();
        if (top.names.hasNext()) {
          BytePath child = top.names.next();
          if (top.directory.stat(child).filter(FileInfo::isDirectory).isPresent()) {
            stack.push(enter(top.directory, child));
          } else {
            top.directory.removeFile(child);
          }
        } else {
          stack.pop();
          top.directory.close();
          (stack.isEmpty() ? parent : stack.element().directory).removeDirectory(top.name);
        }
      }
    } finally {
      for (Open open : stack) {
        open.directory.close();
      }
    }
  }

  private static Open enter(DirectoryHandle parent, BytePath name) throws LinuxException {
    DirectoryHandle directory;
    try {
      directory = parent.directory(name);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      parent.mode(name, 0700);
      directory = parent.directory(name);
    }
    if (directory.stat(BytePath.EMPTY).filter(i -> (i.permissions() & 0300) != 0300).isPresent()) {
      parent.mode(name, 0700);
    }
    return new Open(name, directory, directory.list().iterator());
  }

  private record Open(BytePath name, DirectoryHandle directory, Iterator<BytePath> names) {}
}
