package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/// What was found at one place of a tree, with all below it.
///
/// @param children by name; empty for what is no directory
record TreeNode(FileInfo info, Map<BytePath, TreeNode> children) {

  /// Looks at everything in `root`.
  static TreeNode scan(DirectoryHandle root) throws IOException {
    return scan(root, root.stat(BytePath.EMPTY).orElseThrow());
  }

  private static TreeNode scan(DirectoryHandle directory, FileInfo info) throws IOException {
    Map<BytePath, TreeNode> children = new TreeMap<>();
    directory.visit((name, child) -> {
      if (child.isDirectory()) {
        try (DirectoryHandle below = directory.directory(name)) {
          children.put(name, scan(below, child));
        }
      } else {
        children.put(name, new TreeNode(child, Map.of()));
      }
    });
    return new TreeNode(info, children);
  }

  /// Whether it is the same file and nothing of it changed: the time of change tells of writes, new
  /// owners, back-dated times and anything else.
  boolean unchanged(FileInfo now) {
    return sameFile(now)
        && info.ctimeSeconds() == now.ctimeSeconds()
        && info.ctimeNanos() == now.ctimeNanos();
  }

  /// Whether all but the time of change is as it was: what moving aside and back leaves.
  boolean looksUnchanged(FileInfo now) {
    return sameFile(now)
        && info.mode() == now.mode()
        && info.uid() == now.uid()
        && info.gid() == now.gid()
        && (info.isDirectory() || info.size() == now.size())
        && info.mtimeSeconds() == now.mtimeSeconds()
        && info.mtimeNanos() == now.mtimeNanos();
  }

  /// Numbers of removed files are used again: when it was made tells two such files apart.
  boolean sameFile(FileInfo now) {
    return info.type() == now.type()
        && info.inode() == now.inode()
        && info.birthNanos() == now.birthNanos();
  }
}
