package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.tree.FileComparison;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Things put into a tree for a job's time and taken back after it, where nothing can be mounted:
/// what was in their place is moved aside and comes back, directories made on the way vanish, and
/// parents keep their times unless the job changes them.
final class Placement {

  /// Puts something at a free name, or takes it away again.
  @FunctionalInterface
  interface Action {
    void in(DirectoryHandle parent, BytePath name) throws IOException;
  }

  private record Placed(BytePath path, Action remove, Optional<BytePath> aside) {}

  /// A second: some file systems have no finer times.
  private static final int MOST_WAITS = 2000;

  private static final BytePath DOT = BytePath.of(".");

  private final Path tree;
  private final Path aside;
  private final Deque<Placed> placed = new ArrayDeque<>();
  private final Set<BytePath> restored = new HashSet<>();

  /// The directory that something was put into last, as it was then.
  private Optional<FileInfo> last = Optional.empty();

  /// @param aside an empty directory on the tree's file system
  Placement(Path tree, Path aside) {
    this.tree = tree;
    this.aside = aside;
  }

  /// What an entry is removed by when nothing of it shall stay.
  static void discard(DirectoryHandle parent, BytePath name) throws IOException {
    TreeRemover.remove(parent, name);
  }

  /// Puts something at `target`, an absolute path whose links are followed inside the tree.
  void place(String target, Action make, Action remove) throws IOException {
    try (PathHandle root = PathHandle.open(tree);
        DirectoryHandle top = DirectoryHandle.open(tree)) {
      BytePath path = resolved(root, BytePath.of(target).normalized());
      directories(top, path.parent());
      try (DirectoryHandle parent = open(top, path.parent())) {
        FileInfo before = parent.stat(BytePath.EMPTY).orElseThrow();
        Optional<BytePath> kept = moveAside(parent, path);
        make.in(parent, path.name());
        placed(new Placed(path, remove, kept), parent, before);
      }
    }
  }

  /// Notes what was put into `parent`, and gives that the time it had before.
  private void placed(Placed one, DirectoryHandle parent, FileInfo before) throws IOException {
    parent.times(DOT, before.mtimeSeconds(), before.mtimeNanos());
    last = parent.stat(BytePath.EMPTY);
    placed.push(one);
    restored.add(one.path.parent());
    restored.add(one.path);
  }

  private static DirectoryHandle open(DirectoryHandle top, BytePath path) throws IOException {
    return top.directory(path.isEmpty() ? DOT : path);
  }

  private Optional<BytePath> moveAside(DirectoryHandle parent, BytePath path) throws IOException {
    if (parent.stat(path.name()).isEmpty()) {
      return Optional.empty();
    }
    BytePath kept = BytePath.of("aside" + placed.size());
    try (DirectoryHandle to = DirectoryHandle.open(aside)) {
      to.rename(parent, path.name(), kept);
    }
    return Optional.of(kept);
  }

  /// `target` as a path of the tree free of links: what exists of it followed, the rest as named.
  private static BytePath resolved(PathHandle root, BytePath target) throws IOException {
    if (target.isEmpty() || target.equals(BytePath.ROOT)) {
      return BytePath.EMPTY;
    }
    try (PathHandle handle = root.inside(target)) {
      int skip = root.realPath().length() + 1;
      byte[] real = handle.realPath().bytes();
      return BytePath.ofBytes(real, Math.min(skip, real.length), Math.max(0, real.length - skip));
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw Stubs.explained(e, target);
      }
      return resolved(root, target.parent()).resolve(target.name());
    }
  }

  private void directories(DirectoryHandle top, BytePath path) throws IOException {
    if (path.isEmpty() || top.stat(path).filter(FileInfo::isDirectory).isPresent()) {
      return;
    }
    directories(top, path.parent());
    try (DirectoryHandle parent = open(top, path.parent())) {
      FileInfo before = parent.stat(BytePath.EMPTY).orElseThrow();
      // What is there is a link to nowhere.
      Optional<BytePath> kept = moveAside(parent, path);
      parent.makeDirectory(path.name(), 0755);
      parent.mode(path.name(), 0755);
      FileInfo made = parent.stat(path.name()).orElseThrow();
      Action remove = (in, name) -> removeUnused(in, name, made);
      placed(new Placed(path, remove, kept), parent, before);
    }
  }

  /// Removes a directory made on the way, unless the job put something into it, or has it for its
  /// own: changed its time, owner or rights, or made another.
  private static void removeUnused(DirectoryHandle parent, BytePath name, FileInfo made)
      throws IOException {
    Optional<FileInfo> now = parent.stat(name);
    if (now.isEmpty() || !FileComparison.looksUnchanged(made, now.get())) {
      return;
    }
    try {
      parent.removeDirectory(name);
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOTEMPTY) {
        throw e;
      }
    }
  }

  /// Takes everything back, last first. Returns the places that are as they were but for the time
  /// of change.
  Set<BytePath> takeBack() throws IOException {
    IOException failed = null;
    try (DirectoryHandle top = DirectoryHandle.open(tree)) {
      while (!placed.isEmpty()) {
        Placed one = placed.pop();
        try (DirectoryHandle parent = open(top, one.path.parent())) {
          takeBack(one, parent);
        } catch (IOException e) {
          failed = e;
        }
      }
    }
    if (failed != null) {
      throw failed;
    }
    return restored;
  }

  private void takeBack(Placed one, DirectoryHandle parent) throws IOException {
    FileInfo now = parent.stat(BytePath.EMPTY).orElseThrow();
    one.remove.in(parent, one.path.name());
    if (one.aside.isPresent()) {
      if (parent.stat(one.path.name()).isPresent()) {
        TreeRemover.remove(parent, one.path.name());
      }
      try (DirectoryHandle from = DirectoryHandle.open(aside)) {
        parent.rename(from, one.aside.get(), one.path.name());
      }
    }
    parent.times(DOT, now.mtimeSeconds(), now.mtimeNanos());
  }

  /// Waits until what is done from now on gets other times than what was done before: the clock of
  /// a file system may stand still for some milliseconds, and what a job did then would look as if
  /// it had been there.
  void passTime() throws IOException {
    if (last.isEmpty()) {
      return;
    }
    try (DirectoryHandle own = DirectoryHandle.open(aside)) {
      for (int i = 0; i < MOST_WAITS; i++) {
        own.times(DOT, 0, 0);
        if (isAfter(own.stat(BytePath.EMPTY).orElseThrow(), last.get())) {
          return;
        }
        if (i > 1) {
          LockSupport.parkNanos(500_000);
        }
      }
    }
  }

  private static boolean isAfter(FileInfo one, FileInfo other) {
    return one.ctimeSeconds() == other.ctimeSeconds()
        ? one.ctimeNanos() > other.ctimeNanos()
        : one.ctimeSeconds() > other.ctimeSeconds();
  }

  /// Whether anything is at `path`, an absolute one, with links followed inside the tree.
  boolean has(String path) throws IOException {
    try (PathHandle root = PathHandle.open(tree);
        PathHandle handle = root.inside(BytePath.of(path))) {
      return handle.number() >= 0;
    } catch (LinuxException e) {
      return false;
    }
  }
}
