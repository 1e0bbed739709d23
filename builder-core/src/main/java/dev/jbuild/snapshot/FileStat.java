package dev.jbuild.snapshot;

/// Metadata of one file.
///
/// @param mode permission bits with setuid, setgid and sticky (07777)
/// @param device device number of a character or block device as the kernel's `major`, `minor` pair
public record FileStat(
    Type type,
    int mode,
    long uid,
    long gid,
    long size,
    long mtimeSeconds,
    int mtimeNanos,
    Device device,
    Identity identity,
    int links) {

  /// What kind of file.
  public enum Type {
    FILE,
    DIRECTORY,
    SYMLINK,
    CHARACTER_DEVICE,
    BLOCK_DEVICE,
    FIFO,
    SOCKET
  }

  /// Device number; 0,0 for what is no device.
  public record Device(long major, long minor) {
    static final Device NONE = new Device(0, 0);
  }

  /// Where the kernel keeps the file, and when it last changed; only good for comparison.
  public record Identity(long device, long inode, long ctimeSeconds, int ctimeNanos) {}

  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }

  public boolean isFile() {
    return type == Type.FILE;
  }

  public boolean isSymlink() {
    return type == Type.SYMLINK;
  }
}
