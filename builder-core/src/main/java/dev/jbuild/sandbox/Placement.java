package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/// Things put into a tree for a job's time and taken back after it, where nothing can be mounted:
/// what was in their place is moved aside and comes back, directories made on the way vanish, and
/// parents get their times again unless the job changed them too.
final class Placement {

  /// Puts something at a free name, or takes it away again.
  @FunctionalInterface
  interface Action {
    void in(DirectoryHandle parent, BytePath name) throws IOException;
  }

  private record Placed(
      BytePath path, Action remove, Optional<BytePath> aside, FileInfo parent, FileInfo touched) {}

  private final Path tree;
  private final Path aside;
  private final Deque<Placed> placed = new ArrayDeque<>();
  private final Set<BytePath> restored = new HashSet<>();

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
        FileInfo touched = parent.stat(BytePath.EMPTY).orElseThrow();
        placed.push(new Placed(path, remove, kept, before, touched));
        restored.add(path.parent());
        restored.add(path);
      }
    }
  }

  private static DirectoryHandle open(DirectoryHandle top, BytePath path) throws IOException {
    return top.directory(path.isEmpty() ? BytePath.of(".") : path);
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
      FileInfo touched = parent.stat(BytePath.EMPTY).orElseThrow();
      placed.push(new Placed(path, Placement::removeIfEmpty, kept, before, touched));
      restored.add(path.parent());
      restored.add(path);
    }
  }

  private static void removeIfEmpty(DirectoryHandle parent, BytePath name) throws IOException {
    try {
      parent.removeDirectory(name);
    } catch (LinuxException e) {
      // The job put something into it, or removed it: that is the job's doing.
      if (e.errno() != Errno.ENOTEMPTY && e.errno() != Errno.ENOENT && e.errno() != Errno.ENOTDIR) {
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
    boolean untouched =
        now.mtimeSeconds() == one.touched.mtimeSeconds()
            && now.mtimeNanos() == one.touched.mtimeNanos();
    FileInfo time = untouched ? one.parent : now;
    parent.times(BytePath.of("."), time.mtimeSeconds(), time.mtimeNanos());
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
