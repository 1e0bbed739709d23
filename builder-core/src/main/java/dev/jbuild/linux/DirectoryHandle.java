package dev.jbuild.linux;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/// An open directory and what can be done to the entries in it. All work on untrusted trees goes
/// through this: names are single components or paths resolved by the kernel inside this directory,
/// never joined strings.
///
/// No method follows a symbolic link as the last component. The owner closes it. Safe for several
/// threads.
public final class DirectoryHandle implements AutoCloseable {

  private static final int O_RDONLY = 0;
  private static final int O_WRONLY = 1;
  private static final int O_CREAT = 0100;
  private static final int O_EXCL = 0200;
  private static final int O_NONBLOCK = 04000;
  private static final int O_DIRECTORY = isArm() ? 040000 : 0200000;
  private static final int O_NOFOLLOW = isArm() ? 0100000 : 0400000;
  private static final int O_CLOEXEC = 02000000;

  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;

  private static final long RESOLVE_NO_MAGICLINKS = 0x02;
  private static final long RESOLVE_NO_SYMLINKS = 0x04;
  private static final long RESOLVE_BENEATH = 0x08;

  private final int number;
  private final BytePath name;
  private boolean closed;

  private DirectoryHandle(int number, BytePath name) {
    this.number = number;
    this.name = name;
  }

  private static boolean isArm() {
    return System.getProperty("os.arch", "").equals("aarch64");
  }

  /// Opens a directory of the machine by its path; symbolic links in the path are followed.
  public static DirectoryHandle open(Path path) throws LinuxException {
    return openPath(BytePath.of(path.toAbsolutePath().toString()));
  }

  /// Opens a directory of the machine by its path; symbolic links in the path are followed.
  public static DirectoryHandle openPath(BytePath path) throws LinuxException {
    return new DirectoryHandle(
        FileCalls.open(FileCalls.AT_FDCWD, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0), path);
  }

  /// Locks it until it is closed, against whoever locks it too; false if somebody has.
  public boolean tryLock() {
    return Kernel.raw(SystemCall.FLOCK, number, LOCK_EX | LOCK_NB, 0) == 0;
  }

  public int number() {
    return number;
  }

  /// Opens a directory below this one; fails with ELOOP or ENOTDIR when a component is a symbolic
  /// link.
  public DirectoryHandle directory(BytePath path) throws LinuxException {
    return new DirectoryHandle(
        FileCalls.openIn(
            number,
            path,
            O_RDONLY | O_DIRECTORY | O_CLOEXEC,
            0,
            RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS),
        name.resolve(path));
  }

  /// Opens a regular file for reading; does not wait on a fifo and does not follow links.
  public FileDescriptor read(BytePath path) throws LinuxException {
    return new FileDescriptor(
        FileCalls.openIn(
            number,
            path,
            O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC,
            0,
            RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS),
        name.resolve(path));
  }

  /// Creates a regular file that must not exist yet and opens it for writing, mode 0600.
  public FileDescriptor create(BytePath entry) throws LinuxException {
    return new FileDescriptor(
        FileCalls.open(number, entry, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
        name.resolve(entry));
  }

  /// Opens a regular file that is there for writing, at its beginning, with what it holds.
  public FileDescriptor write(BytePath entry) throws LinuxException {
    return new FileDescriptor(
        FileCalls.open(number, entry, O_WRONLY | O_NOFOLLOW | O_CLOEXEC, 0), name.resolve(entry));
  }

  /// What is at `path`; empty when nothing is there or a parent is missing or no directory.
  public Optional<FileInfo> stat(BytePath path) throws LinuxException {
    Optional<FileInfo> info =
        FileCalls.statIfThere(number, path, path.isEmpty() ? FileCalls.AT_EMPTY_PATH : 0, name);
    return info.isPresent() && Identity.recordsOwners()
        ? Optional.of(RecordedOwner.apply(info.get(), procPath(path)))
        : info;
  }

  /// Names in this directory, sorted by bytes. Opens it anew, so that calls do not share a
  /// position.
  public List<BytePath> list() throws LinuxException {
    int fd = FileCalls.open(number, BytePath.of("."), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    try {
      List<BytePath> names = FileCalls.names(fd, name);
      Collections.sort(names);
      return names;
    } finally {
      Kernel.raw(SystemCall.CLOSE, fd);
    }
  }

  /// Receives one entry of a directory.
  @FunctionalInterface
  public interface Visitor {
    void visit(BytePath name, FileInfo info) throws java.io.IOException;
  }

  /// Visits each entry, in no order. For one thread, and once: the position is the handle's.
  public void visit(Visitor visitor) throws java.io.IOException {
    FileCalls.entries(
        number,
        name,
        Identity.recordsOwners()
            ? (entry, info) -> visitor.visit(entry, RecordedOwner.apply(info, procPath(entry)))
            : visitor);
  }

  public BytePath readLink(BytePath entry) throws LinuxException {
    return FileCalls.readLink(number, entry);
  }

  public void makeDirectory(BytePath entry, int permissions) throws LinuxException {
    FileCalls.at(SystemCall.MKDIRAT, number, entry, permissions, 0);
  }

  /// Makes a fifo or device: `mode` holds its type.
  public void makeNode(BytePath entry, int mode, long major, long minor) throws LinuxException {
    long device = (minor & 0xff) | ((major & 0xfff) << 8) | ((minor & ~0xffL) << 12);
    FileCalls.at(SystemCall.MKNODAT, number, entry, mode, device);
  }

  /// Makes the mark of a removed file ([FileInfo#isWhiteout]).
  public void makeWhiteout(BytePath entry) throws LinuxException {
    try {
      makeNode(entry, FileInfo.CHARACTER_DEVICE, 0, 0);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM) {
        throw e;
      }
      makeNode(entry, FileInfo.SOCKET, 0, 0);
      mode(entry, FileInfo.WHITEOUT_SOCKET & 07777);
    }
  }

  public void makeSymlink(BytePath target, BytePath entry) throws LinuxException {
    FileCalls.symlink(target, number, entry);
  }

  /// Makes `entry` here a hard link to `source` in `from`; a symbolic link is linked itself.
  public void makeLink(DirectoryHandle from, BytePath source, BytePath entry)
      throws LinuxException {
    FileCalls.two(SystemCall.LINKAT, from.number, source, number, entry, 0);
  }

  /// Moves `source` in `from` to `entry` here, replacing it if the kernel can.
  public void rename(DirectoryHandle from, BytePath source, BytePath entry) throws LinuxException {
    FileCalls.two(SystemCall.RENAMEAT2, from.number, source, number, entry, 0);
  }

  public void removeFile(BytePath entry) throws LinuxException {
    FileCalls.at(SystemCall.UNLINKAT, number, entry, 0, 0);
  }

  public void removeDirectory(BytePath entry) throws LinuxException {
    FileCalls.at(SystemCall.UNLINKAT, number, entry, FileCalls.AT_REMOVEDIR, 0);
  }

  public void owner(BytePath entry, long uid, long gid) throws LinuxException {
    FileCalls.chown(number, entry, uid, gid);
  }

  /// Sets permissions. The entry must not be a symbolic link: the call would follow it.
  public void mode(BytePath entry, int permissions) throws LinuxException {
    FileCalls.at(SystemCall.FCHMODAT, number, entry, permissions, 0);
  }

  /// Sets access and modification time.
  public void times(BytePath entry, long seconds, int nanos) throws LinuxException {
    FileCalls.times(number, entry, seconds, nanos);
  }

  public List<String> attributeNames(BytePath entry) throws LinuxException {
    return Attributes.list(procPath(entry));
  }

  /// The value of an extended attribute; empty when there is none of that name or the file system
  /// has none at all.
  public Optional<byte[]> attribute(BytePath entry, String attribute) throws LinuxException {
    return Attributes.get(procPath(entry), attribute);
  }

  public void attribute(BytePath entry, String attribute, byte[] value) throws LinuxException {
    Attributes.set(procPath(entry), attribute, value);
  }

  /// The kernel has calls for attributes relative to a directory only since 6.13; this way works on
  /// all.
  private BytePath procPath(BytePath entry) {
    BytePath self = BytePath.of("/proc/self/fd/" + number);
    return entry.isEmpty() ? BytePath.of(self.text() + "/.") : self.resolve(entry);
  }

  @Override
  public void close() throws LinuxException {
    if (!closed) {
      closed = true;
      FileCalls.call(SystemCall.CLOSE, name, number, 0, 0);
    }
  }
}
