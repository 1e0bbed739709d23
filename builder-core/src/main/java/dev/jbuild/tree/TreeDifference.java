package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.OpaqueDirectories;
import dev.jbuild.snapshot.TreeRemover;
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

  void write(TreeNode before, TreeNode after) throws IOException {
    collectRemoved(before, after);
    directory(BytePath.EMPTY, before, after);
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
  private void collectRemoved(TreeNode before, TreeNode after) {
    before
        .children()
        .forEach((name, old) -> {
          TreeNode now = after.children().get(name);
          if (now == null || !old.sameFile(now.info())) {
            collectAll(old);
          } else if (old.info().isDirectory()) {
            collectRemoved(old, now);
          }
        });
  }

  private void collectAll(TreeNode node) {
    if (node.info().links() > 1 && !node.info().isDirectory()) {
      removed.add(node.info().inode());
    }
    node.children().values().forEach(this::collectAll);
  }

  private void directory(BytePath path, TreeNode before, TreeNode after) throws IOException {
    for (BytePath name : before.children().keySet()) {
      if (!after.children().containsKey(name)) {
        whiteout(path.resolve(name));
      }
    }
    for (var entry : after.children().entrySet()) {
      BytePath child = path.resolve(entry.getKey());
      TreeNode old = before.children().get(entry.getKey());
      TreeNode now = entry.getValue();
      if (old == null) {
        added(child, now);
      } else if (!now.info().isDirectory()) {
        if (changed(child, old, now)) {
          leaf(child, now.info());
        }
      } else if (old.sameFile(now.info())) {
        if (changed(child, old, now)) {
          metadata(child, now.info());
        }
        directory(child, old, now);
      } else {
        replaced(child, now);
      }
    }
  }

  private boolean changed(BytePath path, TreeNode old, TreeNode now) {
    if (old.unchanged(now.info())) {
      return false;
    }
    boolean onlyUnlinked =
        old.info().links() > now.info().links() && removed.contains(now.info().inode());
    return !((onlyUnlinked || restored.contains(path)) && old.looksUnchanged(now.info()));
  }

  private void added(BytePath path, TreeNode now) throws IOException {
    if (now.info().isDirectory()) {
      metadata(path, now.info());
      for (var entry : now.children().entrySet()) {
        added(path.resolve(entry.getKey()), entry.getValue());
      }
    } else {
      leaf(path, now.info());
    }
  }

  private void replaced(BytePath path, TreeNode now) throws IOException {
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
