package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.OpaqueDirectories;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Lays a layer's directory, which is in overlay form, over a tree by copying.
final class LayerApplier {

  private final DirectoryHandle layer;
  private final DirectoryHandle tree;
  private final Map<Long, BytePath> linked = new HashMap<>();

  private LayerApplier(DirectoryHandle layer, DirectoryHandle tree) {
    this.layer = layer;
    this.tree = tree;
  }

  static void apply(Path layer, Path tree) throws IOException {
    try (DirectoryHandle from = DirectoryHandle.open(layer);
        DirectoryHandle to = DirectoryHandle.open(tree)) {
      new LayerApplier(from, to).root(tree);
    }
  }

  private void root(Path directory) throws IOException {
    FileInfo info = layer.stat(BytePath.EMPTY).orElseThrow();
    try (DirectoryHandle parent = DirectoryHandle.open(directory.resolveSibling("."))) {
      BytePath name = BytePath.of(directory.getFileName().toString());
      children(BytePath.EMPTY, layer, tree);
      NodeCopy.directory(layer, BytePath.EMPTY, info, parent, name);
      NodeCopy.times(parent, name, info);
    }
  }

  private void children(BytePath path, DirectoryHandle from, DirectoryHandle to)
      throws IOException {
    try (DirectoryHandle own = layer.directory(path.isEmpty() ? BytePath.of(".") : path)) {
      own.visit((name, info) -> entry(path.resolve(name), from, to, name, info));
    }
  }

  private void entry(
      BytePath path, DirectoryHandle from, DirectoryHandle to, BytePath name, FileInfo info)
      throws IOException {
    Optional<FileInfo> present = to.stat(name);
    boolean stays =
        info.isDirectory()
            && present.filter(FileInfo::isDirectory).isPresent()
            && !OpaqueDirectories.contains(from, name);
    if (present.isPresent() && !stays) {
      TreeRemover.remove(to, name);
    }
    if (info.isWhiteout()) {
      return;
    }
    if (info.isDirectory()) {
      if (!stays) {
        to.makeDirectory(name, 0700);
      }
      try (DirectoryHandle inFrom = from.directory(name);
          DirectoryHandle inTo = to.directory(name)) {
        children(path, inFrom, inTo);
      }
      NodeCopy.directory(from, name, info, to, name);
      NodeCopy.times(to, name, info);
      return;
    }
    BytePath first = info.links() > 1 ? linked.putIfAbsent(info.inode(), path) : null;
    if (first != null) {
      to.makeLink(tree, first, name);
    } else {
      NodeCopy.leaf(from, name, info, to, name);
    }
  }
}
