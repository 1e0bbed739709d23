package dev.jbuild.linux;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Owners of files where this process cannot give files away: a user namespace of one id, or no
/// right to. Then the owner that a file shall have is an extended attribute of it, and it is read
/// from there again. Symbolic links and devices cannot have the attribute: they belong to root.
final class RecordedOwner {

  static final String ATTRIBUTE = "user.jbuild.owner";

  private RecordedOwner() {}

  /// Whether the failure of a change of owner is one that is recorded instead.
  static boolean replaces(long result) {
    return (result == -Errno.EINVAL || result == -Errno.EPERM) && Identity.recordsOwners();
  }

  static void record(BytePath path, long uid, long gid) throws LinuxException {
    try {
      Attributes.set(path, ATTRIBUTE, (uid + ":" + gid).getBytes(StandardCharsets.US_ASCII));
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM && e.errno() != Errno.EOPNOTSUPP) {
        throw e;
      }
    }
  }

  /// `info` with the owner that is recorded for the file at `path`.
  static FileInfo apply(FileInfo info, BytePath path) throws LinuxException {
    if (!Identity.recordsOwners() || (!info.isRegular() && !info.isDirectory())) {
      return info;
    }
    Optional<byte[]> value = Attributes.get(path, ATTRIBUTE);
    if (value.isEmpty()) {
      return info.ownedBy(0, 0);
    }
    String[] ids = new String(value.get(), StandardCharsets.US_ASCII).split(":", -1);
    try {
      return info.ownedBy(Long.parseLong(ids[0]), Long.parseLong(ids[ids.length - 1]));
    } catch (NumberFormatException e) {
      return info.ownedBy(0, 0);
    }
  }
}
