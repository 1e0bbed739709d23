package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.OpaqueDirectories;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.tree.TreeList.Block;
import dev.jbuild.tree.TreeList.Entry;
import java.io.IOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Puts what became different in a tree into a layer's directory, in the form that an overlay would
/// have left there.
final class TreeDifference {

  private final DirectoryHandle tree;
  private final DirectoryHandle upper;
  private final Set<BytePath> restored;
  private final Map<Long, BytePath> linked = new HashMap<>();
  private final Map<BytePath, FileInfo> times = new java.util.TreeMap<>();
  private final Set<Long> removed = new HashSet<>();

  /// @param restored places that were put back as they were: their time of change says nothing
  TreeDifference(DirectoryHandle tree, DirectoryHandle upper, Set<BytePath> restored) {
    this.tree = tree;
    this.upper = upper;
    this.restored = restored;
  }

  void write(TreeList before, TreeList after) throws IOException {
    collectRemoved(before.root(), after.root());
    directory(BytePath.EMPTY, before.root(), after.root());
    // Deepest first: what is put into a directory changes its time.
    for (var entry : new java.util.TreeMap<>(times).descendingMap().entrySet()) {
      try (DirectoryHandle parent = in(entry.getKey().parent())) {
        NodeCopy.times(parent, entry.getKey().name(), entry.getValue());
      }
    }
  }

  private DirectoryHandle in(BytePath path) throws IOException {
    return upper.directory(path.isEmpty() ? BytePath.of(".") : path);
  }

  /// A file of which another name was removed has changed only in that.
  private void collectRemoved(Block before, Block after) {
    if (before.isSame(after)) {
      return;
    }
    Map<BytePath, Entry> present = after.entries();
    before
        .entries()
        .forEach((name, old) -> {
          Entry now = present.get(name);
          if (now == null || !FileComparison.sameFile(old.info(), now.info())) {
            collectAll(old);
          } else {
            collectRemoved(old.below(), now.below());
          }
        });
  }

  private void collectAll(Entry entry) {
    FileInfo info = entry.info();
    if (info.links() > 1 && !info.isDirectory()) {
      removed.add(info.inode());
    }
    entry.below().entries().values().forEach(this::collectAll);
  }

  private void directory(BytePath path, Block before, Block after) throws IOException {
    if (before.isSame(after)) {
      return;
    }
    Map<BytePath, Entry> earlier = before.entries();
    Map<BytePath, Entry> present = after.entries();
    for (BytePath name : earlier.keySet()) {
      if (!present.containsKey(name)) {
        whiteout(path.resolve(name));
      }
    }
    for (var entry : present.entrySet()) {
      BytePath child = path.resolve(entry.getKey());
      Entry old = earlier.get(entry.getKey());
      if (old == null) {
        added(child, entry.getValue());
      } else if (!old.isSame(entry.getValue())) {
        different(child, old, entry.getValue());
      }
    }
  }

  private void different(BytePath path, Entry old, Entry now) throws IOException {
    FileInfo before = old.info();
    FileInfo info = now.info();
    if (!info.isDirectory()) {
      if (changed(path, before, info)) {
        leaf(path, info);
      }
    } else if (FileComparison.sameFile(before, info)) {
      if (changed(path, before, info)) {
        metadata(path, info);
      }
      directory(path, old.below(), now.below());
    } else {
      replaced(path, now);
    }
  }

  private boolean changed(BytePath path, FileInfo before, FileInfo now) {
    if (FileComparison.unchanged(before, now)) {
      return false;
    }
    boolean onlyUnlinked = before.links() > now.links() && removed.contains(now.inode());
    return !((onlyUnlinked || restored.contains(path))
        && FileComparison.looksUnchanged(before, now));
  }

  private void added(BytePath path, Entry now) throws IOException {
    FileInfo info = now.info();
    if (info.isDirectory()) {
      metadata(path, info);
      for (var entry : now.below().entries().entrySet()) {
        added(path.resolve(entry.getKey()), entry.getValue());
      }
    } else {
      leaf(path, info);
    }
  }

  private void replaced(BytePath path, Entry now) throws IOException {
    removeOwn(path);
    added(path, now);
    try (DirectoryHandle parent = in(path.parent())) {
      OpaqueDirectories.make(parent, path.name());
    }
  }

  private void whiteout(BytePath path) throws IOException {
    parents(path.parent());
    removeOwn(path);
    try (DirectoryHandle parent = in(path.parent())) {
      parent.makeWhiteout(path.name());
    }
  }

  private void leaf(BytePath path, FileInfo info) throws IOException {
    parents(path.parent());
    removeOwn(path);
    BytePath first = info.links() > 1 ? linked.putIfAbsent(info.inode(), path) : null;
    try (DirectoryHandle parent = in(path.parent())) {
      if (first != null) {
        parent.makeLink(upper, first, path.name());
      } else {
        try (DirectoryHandle from = source(path.parent())) {
          NodeCopy.leaf(from, path.name(), info, parent, path.name());
        }
      }
    }
  }

  private DirectoryHandle source(BytePath path) throws IOException {
    return tree.directory(path.isEmpty() ? BytePath.of(".") : path);
  }

  /// Makes the directory at `path` what it is in the tree.
  private void metadata(BytePath path, FileInfo info) throws IOException {
    parents(path.parent());
    try (DirectoryHandle parent = in(path.parent());
        DirectoryHandle from = source(path.parent())) {
      Optional<FileInfo> present = parent.stat(path.name());
      if (present.filter(FileInfo::isDirectory).isEmpty()) {
        if (present.isPresent()) {
          parent.removeFile(path.name());
        }
        parent.makeDirectory(path.name(), 0700);
      }
      NodeCopy.directory(from, path.name(), info, parent, path.name());
    }
    times.put(path, info);
  }

  private void parents(BytePath path) throws IOException {
    if (!path.isEmpty() && !times.containsKey(path)) {
      metadata(path, tree.stat(path).orElseThrow());
    }
  }

  private void removeOwn(BytePath path) throws IOException {
    try (DirectoryHandle parent = in(path.parent())) {
      TreeRemover.remove(parent, path.name());
    }
  }
}
