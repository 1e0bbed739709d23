package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Follows symbolic links inside a tree: absolute targets start at the tree's root, `..` never
/// leads above it.
public final class TreePaths {

  private static final int MAX_LINKS = 40;
  private static final BytePath DOT = BytePath.of(".");
  private static final BytePath UP = BytePath.of("..");

  private TreePaths() {}

  /// Throws [Copier.BadDestination] when something above `path` is there and is no directory. The
  /// path must be free of symbolic links.
  static void requireDirectories(FileTree tree, BytePath path) throws IOException {
    for (BytePath p = path.parent(); !p.isEmpty(); p = p.parent()) {
      Optional<FileStat> stat = tree.stat(p);
      if (stat.isPresent()) {
        if (!stat.get().isDirectory()) {
          throw new Copier.BadDestination("cannot copy to non-directory: /" + p);
        }
        return;
      }
    }
  }

  /// The path that `path` means, without links, `.` or `..`, relative to the root. Components that
  /// do not exist are kept.
  ///
  /// Throws [IOException] after 40 links.
  public static BytePath resolve(FileTree tree, BytePath path, boolean followLast)
      throws IOException {
    Deque<BytePath> rest = new ArrayDeque<>(path.components());
    BytePath done = BytePath.EMPTY;
    int links = 0;
    while (!rest.isEmpty()) {
      BytePath part = rest.pop();
      if (part.equals(DOT)) {
        continue;
      }
      if (part.equals(UP)) {
        done = done.parent();
        continue;
      }
      BytePath next = done.resolve(part);
      boolean follow = followLast || !rest.isEmpty();
      Optional<FileStat> stat = follow ? tree.stat(next) : Optional.empty();
      if (stat.isEmpty() || !stat.get().isSymlink()) {
        done = next;
        continue;
      }
      if (++links > MAX_LINKS) {
        throw new IOException("too many levels of symbolic links: /" + path.text());
      }
      BytePath target = tree.readLink(next);
      if (target.isAbsolute()) {
        done = BytePath.EMPTY;
      }
      List<BytePath> parts = target.components();
      for (int i = parts.size() - 1; i >= 0; i--) {
        rest.push(parts.get(i));
      }
    }
    return done;
  }
}
