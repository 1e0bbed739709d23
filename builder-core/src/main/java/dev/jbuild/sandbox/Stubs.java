package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Mount points that a root file system lacks, made in a directory that becomes its topmost lower
/// layer. Directories on the way look as they look in the root.
final class Stubs {

  /// A place to mount something: a directory or a file.
  record Target(String path, boolean directory) {}

  private final PathHandle root;
  private final BytePath rootPath;
  private final Path place;
  private @Nullable DirectoryHandle opened;
  private final List<BytePath> alike = new ArrayList<>();

  /// @param place where they are made; the directory is too, when there are any
  Stubs(PathHandle root, Path place) throws IOException {
    this.root = root;
    this.rootPath = root.realPath();
    this.place = place;
  }

  private DirectoryHandle stubs() throws IOException {
    DirectoryHandle stubs = opened;
    if (stubs == null) {
      Files.createDirectories(place);
      stubs = DirectoryHandle.open(place);
      opened = stubs;
    }
    return stubs;
  }

  /// Makes what is missing; false if nothing was.
  boolean make(List<Target> targets) throws IOException {
    boolean made = false;
    try {
      for (Target target : targets) {
        made |= make(target);
      }
      // What was put into a directory changed its time: deepest first, each gets its own again.
      for (BytePath directory : alike.reversed()) {
        likeInRoot(directory);
      }
    } finally {
      if (opened != null) {
        opened.close();
      }
    }
    return made;
  }

  private boolean make(Target target) throws IOException {
    BytePath wanted = BytePath.of(target.path());
    try (PathHandle present = root.inside(wanted)) {
      if (present.info().isDirectory() != target.directory()) {
        throw wrong(wanted, target.directory());
      }
      return false;
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw explained(e, wanted);
      }
    }
    BytePath real = resolvedParent(wanted).resolve(wanted.name());
    directories(real.parent());
    put(real, target.directory());
    return true;
  }

  static InvalidInput wrong(BytePath wanted, boolean directory) {
    return notMountable(wanted, "it is " + (directory ? "no directory" : "a directory"));
  }

  /// A root in which the way to a mount point is barred is the user's to change.
  static IOException explained(LinuxException e, BytePath wanted) {
    return switch (e.errno()) {
      case Errno.ENOTDIR -> throw notMountable(wanted, "a file is on the way to it");
      case Errno.ELOOP -> throw notMountable(wanted, "symbolic links on the way to it are a loop");
      default -> e;
    };
  }

  private static InvalidInput notMountable(BytePath wanted, String why) {
    return new InvalidInput(
        Problem.error("WrongMountTarget", "cannot mount at /" + wanted.normalized() + ": " + why));
  }

  /// The parent as it will be: what exists of it with links followed, the rest as named.
  private BytePath resolvedParent(BytePath path) throws IOException {
    BytePath parent = path.parent();
    if (parent.isEmpty() || parent.equals(BytePath.ROOT)) {
      return BytePath.EMPTY;
    }
    try (PathHandle handle = root.inside(parent)) {
      byte[] real = handle.realPath().bytes();
      int skip = rootPath.bytes().length;
      return BytePath.ofBytes(
          real, Math.min(real.length, skip + 1), Math.max(0, real.length - skip - 1));
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw e;
      }
      return resolvedParent(parent).resolve(parent.name());
    }
  }

  private void directories(BytePath path) throws IOException {
    if (path.isEmpty() || stubs().stat(path).isPresent()) {
      return;
    }
    directories(path.parent());
    try (DirectoryHandle parent = stubs().directory(path.parent())) {
      parent.makeDirectory(path.name(), 0755);
    }
    alike.add(path);
  }

  private void likeInRoot(BytePath path) throws IOException {
    Optional<FileInfo> like = inRoot(path);
    if (like.isPresent()) {
      try (DirectoryHandle parent = stubs().directory(path.parent())) {
        parent.owner(path.name(), like.get().uid(), like.get().gid());
        parent.mode(path.name(), like.get().permissions());
        parent.times(path.name(), like.get().mtimeSeconds(), like.get().mtimeNanos());
      }
    }
  }

  private Optional<FileInfo> inRoot(BytePath path) throws IOException {
    try (PathHandle handle = root.inside(path)) {
      return Optional.of(handle.info());
    } catch (LinuxException e) {
      return Optional.empty();
    }
  }

  private void put(BytePath path, boolean directory) throws IOException {
    if (stubs().stat(path).isPresent()) {
      return;
    }
    try (DirectoryHandle parent = stubs().directory(path.parent())) {
      if (directory) {
        parent.makeDirectory(path.name(), 0755);
      } else {
        parent.create(path.name()).close();
      }
    }
  }
}
