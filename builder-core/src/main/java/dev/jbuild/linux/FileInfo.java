package dev.jbuild.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// What `statx(2)` says of a file.
///
/// @param blocks of 512 bytes on disk
/// @param mode type and permission bits as in `st_mode`
/// @param birthNanos when it was made, since the epoch; 0 where the file system does not know
public record FileInfo(
    int mode,
    int links,
    long uid,
    long gid,
    long inode,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    long ctimeSeconds,
    int ctimeNanos,
    int deviceMajor,
    int deviceMinor,
    int fileSystemMajor,
    int fileSystemMinor,
    long blocks,
    long birthNanos) {

  public static final int TYPE_MASK = 0170000;
  public static final int SOCKET = 0140000;
  public static final int SYMLINK = 0120000;
  public static final int REGULAR = 0100000;
  public static final int BLOCK_DEVICE = 0060000;
  public static final int DIRECTORY = 0040000;
  public static final int CHARACTER_DEVICE = 0020000;
  public static final int FIFO = 0010000;

  /// Size of `struct statx`.
  static final int BYTES = 256;

  static FileInfo read(MemorySegment s) {
    return new FileInfo(
        Short.toUnsignedInt(s.get(ValueLayout.JAVA_SHORT, 28)),
        s.get(ValueLayout.JAVA_INT, 16),
        Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, 20)),
        Integer.toUnsignedLong(s.get(ValueLayout.JAVA_INT, 24)),
        s.get(ValueLayout.JAVA_LONG, 32),
        s.get(ValueLayout.JAVA_LONG, 40),
        s.get(ValueLayout.JAVA_LONG, 112),
        s.get(ValueLayout.JAVA_INT, 120),
        s.get(ValueLayout.JAVA_LONG, 96),
        s.get(ValueLayout.JAVA_INT, 104),
        s.get(ValueLayout.JAVA_INT, 128),
        s.get(ValueLayout.JAVA_INT, 132),
        s.get(ValueLayout.JAVA_INT, 136),
        s.get(ValueLayout.JAVA_INT, 140),
        s.get(ValueLayout.JAVA_LONG, 48),
        s.get(ValueLayout.JAVA_LONG, 80) * 1_000_000_000L + s.get(ValueLayout.JAVA_INT, 88));
  }

  FileInfo ownedBy(long user, long group) {
    return new FileInfo(
        mode,
        links,
        user,
        group,
        inode,
        size,
        mtimeSeconds,
        mtimeNanos,
        ctimeSeconds,
        ctimeNanos,
        deviceMajor,
        deviceMinor,
        fileSystemMajor,
        fileSystemMinor,
        blocks,
        birthNanos);
  }

  public int type() {
    return mode & TYPE_MASK;
  }

  public int permissions() {
    return mode & 07777;
  }

  public boolean isDirectory() {
    return type() == DIRECTORY;
  }

  public boolean isRegular() {
    return type() == REGULAR;
  }

  public boolean isDevice() {
    return type() == CHARACTER_DEVICE || type() == BLOCK_DEVICE;
  }

  public boolean isSymlink() {
    return type() == SYMLINK;
  }

  /// Whether this marks a removed file: a character device 0:0, as overlays have it, or, where
  /// there can be none (on an overlay itself), a socket that nobody may use.
  public boolean isWhiteout() {
    return type() == CHARACTER_DEVICE
        ? deviceMajor == 0 && deviceMinor == 0
        : mode == WHITEOUT_SOCKET;
  }

  static final int WHITEOUT_SOCKET = SOCKET | 01000;
}
