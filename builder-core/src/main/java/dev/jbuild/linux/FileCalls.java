package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// File system calls relative to a directory's descriptor. Nothing here follows a symbolic link as
/// the last component.
final class FileCalls {

  static final int AT_FDCWD = -100;
  static final int AT_SYMLINK_NOFOLLOW = 0x100;
  static final int AT_REMOVEDIR = 0x200;
  static final int AT_EMPTY_PATH = 0x1000;
  static final long RESOLVE_IN_ROOT = 0x10;
  private static final int STATX_BASIC_STATS = 0xfff;
  static final int DIRENT_NAME = 19;
  static final int DIRENT_LENGTH = 16;
  private static final int DIRECTORY_BUFFER = 1 << 16;
  private static final int MAX_LINK = 1 << 16;

  private static final BytePath DOT = BytePath.of(".");
  private static final BytePath UP = BytePath.of("..");

  private FileCalls() {}

  static long call(SystemCall call, Object subject, long a, long b, long c) throws LinuxException {
    return Kernel.check(call, Kernel.raw(call, a, b, c), subject);
  }

  static FileInfo statx(int directory, BytePath path, int flags, BytePath name)
      throws LinuxException {
    return statIfThere(directory, path, flags, name)
        .orElseThrow(() -> new LinuxException("statx", Errno.ENOENT, name.toString()));
  }

  /// Empty when nothing is there or a parent is missing or no directory: the answer to most
  /// questions, too common for an exception.
  ///
  /// @param name of the directory, for the message
  static Optional<FileInfo> statIfThere(int directory, BytePath path, int flags, BytePath name)
      throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long entry = buffer.path(path);
      MemorySegment result = buffer.result(FileInfo.BYTES);
      long failed =
          Kernel.raw(
              SystemCall.STATX,
              directory,
              entry,
              flags | AT_SYMLINK_NOFOLLOW,
              STATX_BASIC_STATS,
              result.address(),
              0);
      if (failed == -Errno.ENOENT || failed == -Errno.ENOTDIR) {
        return Optional.empty();
      }
      if (failed < 0) {
        Kernel.check(SystemCall.STATX, failed, name.resolve(path));
      }
      return Optional.of(FileInfo.read(result));
    }
  }

  static int open(int directory, BytePath path, int flags, int mode) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long name = buffer.path(path);
      long fd;
      do {
        fd = Kernel.raw(SystemCall.OPENAT, directory, name, flags, mode, 0, 0);
      } while (fd == -Errno.EINTR);
      return (int) Kernel.check(SystemCall.OPENAT, fd, path);
    }
  }

  static int openIn(int root, BytePath path, int flags, int mode, long resolve)
      throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long name = buffer.path(path.isEmpty() ? DOT : path);
      MemorySegment how = buffer.result(24);
      how.set(ValueLayout.JAVA_LONG, 0, flags);
      how.set(ValueLayout.JAVA_LONG, 8, mode);
      how.set(ValueLayout.JAVA_LONG, 16, resolve);
      long fd;
      do {
        fd = Kernel.raw(SystemCall.OPENAT2, root, name, how.address(), 24, 0, 0);
      } while (fd == -Errno.EINTR || fd == -Errno.EAGAIN);
      if (fd == -Errno.ENOSYS || fd == -Errno.EPERM) {
        return OpenWalk.open(root, path, flags, mode, (resolve & RESOLVE_IN_ROOT) != 0);
      }
      return (int) Kernel.check(SystemCall.OPENAT2, fd, path);
    }
  }

  static BytePath readLink(int directory, BytePath path) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long name = buffer.path(path);
      MemorySegment target = buffer.result(MAX_LINK);
      long n = Kernel.raw(SystemCall.READLINKAT, directory, name, target.address(), MAX_LINK, 0, 0);
      return BytePath.ofBytes(
          NativeBytes.copy(target, Kernel.check(SystemCall.READLINKAT, n, path)));
    }
  }

  /// Names in an open directory but `.` and `..`, in the order of the file system.
  static List<BytePath> names(int directory, Object subject) throws LinuxException {
    List<BytePath> names = new ArrayList<>();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(DIRECTORY_BUFFER, 8);
      while (true) {
        long n =
            Kernel.check(
                SystemCall.GETDENTS64,
                Kernel.raw(SystemCall.GETDENTS64, directory, buffer.address(), DIRECTORY_BUFFER),
                subject);
        if (n == 0) {
          return names;
        }
        for (long at = 0; at < n; ) {
          BytePath name = nameAt(buffer, at);
          if (!name.equals(DOT) && !name.equals(UP)) {
            names.add(name);
          }
          at +=
              Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + DIRENT_LENGTH));
        }
      }
    }
  }

  /// All entries of an open directory but `.` and `..`, with what they are, in the order of the
  /// file system. Names are not copied on their way from one call to the next.
  static void entries(int directory, Object subject, DirectoryHandle.Visitor visitor)
      throws java.io.IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(DIRECTORY_BUFFER, 8);
      MemorySegment result = arena.allocate(FileInfo.BYTES, 8);
      while (true) {
        long n =
            Kernel.check(
                SystemCall.GETDENTS64,
                Kernel.raw(SystemCall.GETDENTS64, directory, buffer.address(), DIRECTORY_BUFFER),
                subject);
        if (n == 0) {
          return;
        }
        for (long at = 0; at < n; ) {
          BytePath name = nameAt(buffer, at);
          if (!name.equals(DOT) && !name.equals(UP)) {
            long failed =
                Kernel.raw(
                    SystemCall.STATX,
                    directory,
                    buffer.address() + at + DIRENT_NAME,
                    AT_SYMLINK_NOFOLLOW,
                    STATX_BASIC_STATS,
                    result.address(),
                    0);
            Kernel.check(SystemCall.STATX, failed, name);
            visitor.visit(name, FileInfo.read(result));
          }
          at +=
              Short.toUnsignedInt(buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + DIRENT_LENGTH));
        }
      }
    }
  }

  private static BytePath nameAt(MemorySegment buffer, long entry) {
    long start = entry + DIRENT_NAME;
    long end = start;
    while (buffer.get(ValueLayout.JAVA_BYTE, end) != 0) {
      end++;
    }
    return BytePath.ofBytes(NativeBytes.copy(buffer.asSlice(start), end - start));
  }

  /// A call that takes a directory, a path and up to two numbers.
  static void at(SystemCall call, int directory, BytePath path, long a, long b)
      throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      Kernel.check(call, Kernel.raw(call, directory, buffer.path(path), a, b, 0, 0), path);
    }
  }

  static void chown(int directory, BytePath path, long uid, long gid) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long name = buffer.path(path);
      long result =
          Kernel.raw(SystemCall.FCHOWNAT, directory, name, uid, gid, AT_SYMLINK_NOFOLLOW, 0);
      if (RecordedOwner.replaces(result)) {
        RecordedOwner.record(BytePath.of("/proc/self/fd/" + directory).resolve(path), uid, gid);
      } else {
        Kernel.check(SystemCall.FCHOWNAT, result, path);
      }
    }
  }

  static void times(int directory, BytePath path, long seconds, int nanos) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      MemorySegment times = times(buffer, seconds, nanos);
      Kernel.check(
          SystemCall.UTIMENSAT,
          Kernel.raw(
              SystemCall.UTIMENSAT,
              directory,
              buffer.path(path),
              times.address(),
              AT_SYMLINK_NOFOLLOW,
              0,
              0),
          path);
    }
  }

  /// Access and modification time, as `utimensat` takes them.
  static MemorySegment times(NativeBuffer buffer, long seconds, int nanos) {
    MemorySegment times = buffer.result(32);
    for (int i = 0; i < 2; i++) {
      times.set(ValueLayout.JAVA_LONG, i * 16L, seconds);
      times.set(ValueLayout.JAVA_LONG, i * 16L + 8, nanos);
    }
    return times;
  }

  static void symlink(BytePath target, int directory, BytePath path) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long to = buffer.path(target);
      long name = buffer.second(path);
      Kernel.check(
          SystemCall.SYMLINKAT, Kernel.raw(SystemCall.SYMLINKAT, to, directory, name), path);
    }
  }

  /// `linkat` and `renameat2`, which both take two directories and two paths.
  static void two(SystemCall call, int from, BytePath source, int to, BytePath target, int flags)
      throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long a = buffer.path(source);
      long b = buffer.second(target);
      Kernel.check(call, Kernel.raw(call, from, a, to, b, flags, 0), source + " to " + target);
    }
  }
}
