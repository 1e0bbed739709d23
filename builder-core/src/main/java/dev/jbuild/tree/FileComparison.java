package dev.jbuild.tree;

import dev.jbuild.linux.FileInfo;

/// What of a file is different from before.
public final class FileComparison {

  private FileComparison() {}

  /// Whether it is the same file and nothing of it changed: the time of change tells of writes, new
  /// owners, back-dated times and anything else.
  static boolean unchanged(FileInfo before, FileInfo now) {
    return sameFile(before, now)
        && before.ctimeSeconds() == now.ctimeSeconds()
        && before.ctimeNanos() == now.ctimeNanos();
  }

  /// Whether all but the time of change is as it was: what moving aside and back leaves.
  public static boolean looksUnchanged(FileInfo before, FileInfo now) {
    return sameFile(before, now)
        && before.mode() == now.mode()
        && before.uid() == now.uid()
        && before.gid() == now.gid()
        && (before.isDirectory() || before.size() == now.size())
        && before.mtimeSeconds() == now.mtimeSeconds()
        && before.mtimeNanos() == now.mtimeNanos();
  }

  /// Numbers of removed files are used again: when it was made tells two such files apart.
  static boolean sameFile(FileInfo before, FileInfo now) {
    return before.type() == now.type()
        && before.inode() == now.inode()
        && before.birthNanos() == now.birthNanos();
  }
}
