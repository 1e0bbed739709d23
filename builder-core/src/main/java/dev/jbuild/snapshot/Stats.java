package dev.jbuild.snapshot;

import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.FileStat.Type;

/// The kernel's view of a file as a tree's.
final class Stats {

  private Stats() {}

  static FileStat of(FileInfo info, boolean ownedByRoot) {
    return new FileStat(
        type(info.type()),
        info.permissions(),
        ownedByRoot ? 0 : info.uid(),
        ownedByRoot ? 0 : info.gid(),
        info.isRegular() || info.isSymlink() ? info.size() : 0,
        info.mtimeSeconds(),
        info.mtimeNanos(),
        info.deviceMajor() == 0 && info.deviceMinor() == 0
            ? FileStat.Device.NONE
            : new FileStat.Device(info.deviceMajor(), info.deviceMinor()),
        new FileStat.Identity(
            ((long) info.fileSystemMajor() << 32) | info.fileSystemMinor(),
            info.inode(),
            info.ctimeSeconds(),
            info.ctimeNanos()),
        info.links());
  }

  private static Type type(int format) {
    return switch (format) {
      case FileInfo.DIRECTORY -> Type.DIRECTORY;
      case FileInfo.SYMLINK -> Type.SYMLINK;
      case FileInfo.CHARACTER_DEVICE -> Type.CHARACTER_DEVICE;
      case FileInfo.BLOCK_DEVICE -> Type.BLOCK_DEVICE;
      case FileInfo.FIFO -> Type.FIFO;
      case FileInfo.SOCKET -> Type.SOCKET;
      default -> Type.FILE;
    };
  }

  /// The type bits of `st_mode`.
  static int format(Type type) {
    return switch (type) {
      case FILE -> FileInfo.REGULAR;
      case DIRECTORY -> FileInfo.DIRECTORY;
      case SYMLINK -> FileInfo.SYMLINK;
      case CHARACTER_DEVICE -> FileInfo.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> FileInfo.BLOCK_DEVICE;
      case FIFO -> FileInfo.FIFO;
      case SOCKET -> FileInfo.SOCKET;
    };
  }
}
