package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// A layer being made: a directory on disk over the layers below it, seen together as one tree.
///
/// Directories that exist below are made here with the same metadata when something in them
/// changes, as an overlay's copy-up does. The owner closes it; what lies below is not closed. Not
/// safe for several threads.
final class UpperTree implements FileTree, AutoCloseable {

  private final DirectoryHandle upper;
  private final OpenParent parents;
  private final FileTree below;

  /// Directories made here and the time each shall have in the end: adding entries changes it
  /// meanwhile.
  private final TreeMap<BytePath, Long> directoryTimes = new TreeMap<>();

  private final Set<BytePath> copiedUp = new HashSet<>();

  /// Directories made here where nothing lies below.
  private final Set<BytePath> alone = new HashSet<>();

  /// The directory that something was put into last: it and its parents are there.
  private Optional<BytePath> ready = Optional.empty();

  UpperTree(Path directory, FileTree below) throws IOException {
    this.upper = DirectoryHandle.open(directory);
    this.parents = new OpenParent(upper);
    this.below = below;
  }

  DirectoryHandle handle() {
    return upper;
  }

  FileTree below() {
    return below;
  }

  /// Whether a parent of `path` in this layer hides what is below: it is no directory, or it is
  /// opaque.
  private boolean hidesBelow(BytePath path) throws IOException {
    for (BytePath p = path.parent(); !p.isEmpty(); p = p.parent()) {
      try {
        Optional<FileInfo> info = upper.stat(p);
        if (info.isPresent()) {
          return !info.get().isDirectory() || LayerAttributes.isOpaque(upper, p);
        }
      } catch (LinuxException e) {
        if (e.errno() != Errno.ENOTDIR) {
          throw e;
        }
      }
    }
    return false;
  }

  /// What this layer itself has at `path`.
  Optional<FileInfo> own(BytePath path) throws IOException {
    return upper.stat(path);
  }

  @Override
  public Optional<FileStat> stat(BytePath path) throws IOException {
    Optional<FileInfo> info = upper.stat(path);
    if (info.isPresent()) {
      return info.filter(i -> !i.isWhiteout()).map(i -> Stats.of(i, false));
    }
    return alone.contains(path.parent()) || hidesBelow(path) ? Optional.empty() : below.stat(path);
  }

  @Override
  public List<BytePath> list(BytePath directory) throws IOException {
    Optional<FileInfo> info = upper.stat(directory);
    boolean hidden =
        hidesBelow(directory)
            || (info.isPresent()
                && (!info.get().isDirectory()
                    || (!directory.isEmpty() && LayerAttributes.isOpaque(upper, directory))));
    Set<BytePath> names = new TreeSet<>();
    if (!hidden && below.stat(directory).filter(FileStat::isDirectory).isPresent()) {
      names.addAll(below.list(directory));
    }
    if (info.filter(FileInfo::isDirectory).isPresent()) {
      try (DirectoryHandle opened = upper.directory(directory)) {
        for (BytePath name : opened.list()) {
          if (opened.stat(name).filter(FileInfo::isWhiteout).isPresent()) {
            names.remove(name);
          } else {
            names.add(name);
          }
        }
      }
    }
    return new ArrayList<>(names);
  }

  @Override
  public BytePath readLink(BytePath path) throws IOException {
    return upper.stat(path).isPresent() ? upper.readLink(path) : below.readLink(path);
  }

  @Override
  public InputStream open(BytePath path) throws IOException {
    return upper.stat(path).isPresent() ? LayerStack.opened(upper, path) : below.open(path);
  }

  @Override
  public List<ExtendedAttribute> attributes(BytePath path) throws IOException {
    return upper.stat(path).isPresent()
        ? LayerAttributes.read(upper, path)
        : below.attributes(path);
  }

  /// Makes an entry of a directory.
  @FunctionalInterface
  interface Make {
    /// Must fail with EEXIST, and have done nothing, when there is one.
    void in(DirectoryHandle parent, BytePath name) throws IOException;
  }

  /// Makes an entry of this layer, replacing what it has there.
  void put(BytePath path, NewDirectory fresh, Make make) throws IOException {
    BytePath directory = path.parent();
    if (!ready.equals(Optional.of(directory))) {
      makeDirectory(directory, fresh);
      ready = Optional.of(directory);
    }
    in(
        path,
        (parent, name) -> {
          try {
            make.in(parent, name);
          } catch (LinuxException e) {
            if (e.errno() != Errno.EEXIST) {
              throw e;
            }
            TreeRemover.remove(parent, name);
            make.in(parent, name);
          }
        });
  }

  /// Does something to an entry of this layer; its parents must be there.
  void in(BytePath path, Make action) throws IOException {
    parents.in(
        path,
        (parent, name) -> {
          action.in(parent, name);
          return null;
        });
  }

  /// Makes a directory of this layer and its parents where they are missing: with the metadata they
  /// have below, else as `fresh` says. `path` must be free of symbolic links.
  void makeDirectory(BytePath path, NewDirectory fresh) throws IOException {
    List<BytePath> order = new ArrayList<>();
    for (BytePath p = path; !p.isEmpty(); p = p.parent()) {
      order.add(p);
    }
    for (BytePath p : order.reversed()) {
      Optional<FileInfo> info = upper.stat(p);
      if (info.isEmpty() || !info.get().isDirectory()) {
        make(p, info, fresh);
      }
    }
  }

  private void make(BytePath path, Optional<FileInfo> present, NewDirectory fresh)
      throws IOException {
    Optional<FileStat> lower = stat(path);
    try (DirectoryHandle parent = upper.directory(path.parent())) {
      BytePath name = path.name();
      if (present.isPresent()) {
        parent.removeFile(name);
      }
      parent.makeDirectory(name, 0700);
      madeDirectory(path, lower.isPresent() || present.isPresent());
      directoryTimes.put(path, lower.map(FileStat::mtimeSeconds).orElse(fresh.mtime()));
      if (lower.filter(FileStat::isDirectory).isPresent()) {
        copiedUp.add(path);
        copyMetadata(path, lower.get(), parent, name);
      } else {
        if (present.filter(FileInfo::isWhiteout).isPresent()) {
          LayerAttributes.makeOpaque(parent, name);
        }
        parent.owner(name, fresh.uid(), fresh.gid());
        parent.mode(name, fresh.mode());
      }
    }
  }

  private void copyMetadata(BytePath path, FileStat stat, DirectoryHandle parent, BytePath name)
      throws IOException {
    parent.owner(name, stat.uid(), stat.gid());
    parent.mode(name, stat.mode());
    for (ExtendedAttribute attribute : below.attributes(path)) {
      LayerAttributes.write(parent, name, attribute.name(), attribute.value());
    }
  }

  /// @param covers whether something is or was at `path`, here or below
  void madeDirectory(BytePath path, boolean covers) {
    if (!covers) {
      alone.add(path);
    }
  }

  /// An entry of `directory` was added or replaced at `time`: that is the directory's time too, if
  /// it was there before.
  void touched(BytePath directory, long time) {
    if (copiedUp.contains(directory)) {
      directoryTimes.put(directory, time);
    }
  }

  /// A directory shall end with this time.
  void directoryTime(BytePath directory, long time) {
    copiedUp.remove(directory);
    directoryTimes.put(directory, time);
  }

  /// Gives all directories made here their times. Nothing may be added afterwards.
  void finish() throws IOException {
    for (Map.Entry<BytePath, Long> entry : directoryTimes.descendingMap().entrySet()) {
      BytePath path = entry.getKey();
      if (upper.stat(path).filter(FileInfo::isDirectory).isPresent()) {
        try (DirectoryHandle parent = upper.directory(path.parent())) {
          parent.times(path.name(), entry.getValue(), 0);
        }
      }
    }
  }

  /// Removes what this layer has at `path`, a whole directory too. What lies below shows again.
  void removeOwn(BytePath path) throws IOException {
    if (upper.stat(path).isPresent()) {
      ready = Optional.empty();
      parents.close();
      try (DirectoryHandle parent = upper.directory(path.parent())) {
        TreeRemover.remove(parent, path.name());
      }
    }
  }

  @Override
  public void close() throws IOException {
    try (upper) {
      parents.close();
    }
  }

  /// How a directory is made that is nowhere yet.
  record NewDirectory(long uid, long gid, int mode, long mtime) {}
}
