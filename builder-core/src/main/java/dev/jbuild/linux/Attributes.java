package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Extended attributes of a file that is not followed when it is a symbolic link.
final class Attributes {

  private static final int MAX_VALUE = 1 << 16;

  private Attributes() {}

  static List<String> list(BytePath path) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = NativeBytes.cString(arena, path);
      long size = Kernel.raw(SystemCall.LLISTXATTR, name.address(), 0, 0);
      if (size == 0 || size == -Errno.EOPNOTSUPP) {
        return List.of();
      }
      MemorySegment names = arena.allocate(Kernel.check(SystemCall.LLISTXATTR, size, path) + 1024);
      long length =
          Kernel.check(
              SystemCall.LLISTXATTR,
              Kernel.raw(SystemCall.LLISTXATTR, name.address(), names.address(), names.byteSize()),
              path);
      return split(NativeBytes.copy(names, length));
    }
  }

  private static List<String> split(byte[] names) {
    List<String> result = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < names.length; i++) {
      if (names[i] == 0) {
        result.add(BytePath.ofBytes(names, start, i - start).text());
        start = i + 1;
      }
    }
    return result;
  }

  static Optional<byte[]> get(BytePath path, String attribute) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment file = NativeBytes.cString(arena, path);
      MemorySegment name = NativeBytes.cString(arena, attribute);
      MemorySegment small = arena.allocate(256);
      long n = get(file, name, small);
      MemorySegment value = small;
      if (n == -Errno.ERANGE) {
        value = arena.allocate(MAX_VALUE);
        n = get(file, name, value);
      }
      if (n == -Errno.ENODATA || n == -Errno.EOPNOTSUPP) {
        return Optional.empty();
      }
      return Optional.of(NativeBytes.copy(value, Kernel.check(SystemCall.LGETXATTR, n, path)));
    }
  }

  private static long get(MemorySegment file, MemorySegment name, MemorySegment value) {
    return Kernel.raw(
        SystemCall.LGETXATTR,
        file.address(),
        name.address(),
        value.address(),
        value.byteSize(),
        0,
        0);
  }

  static void set(BytePath path, String attribute, byte[] value) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment file = NativeBytes.cString(arena, path);
      MemorySegment name = NativeBytes.cString(arena, attribute);
      MemorySegment bytes = arena.allocate(Math.max(1, value.length));
      MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
      Kernel.check(
          SystemCall.LSETXATTR,
          Kernel.raw(
              SystemCall.LSETXATTR,
              file.address(),
              name.address(),
              bytes.address(),
              value.length,
              0,
              0),
          path + " " + attribute);
    }
  }
}
