package dev.jbuild.linux;

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
    try (NativeBuffer buffer = NativeBuffer.take()) {
      MemorySegment names = buffer.result(MAX_VALUE);
      long length =
          Kernel.raw(SystemCall.LLISTXATTR, buffer.path(path), names.address(), MAX_VALUE);
      if (length == 0 || length == -Errno.EOPNOTSUPP) {
        return List.of();
      }
      return split(NativeBytes.copy(names, Kernel.check(SystemCall.LLISTXATTR, length, path)));
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
    try (NativeBuffer buffer = NativeBuffer.take()) {
      MemorySegment value = buffer.result(MAX_VALUE);
      long n =
          Kernel.raw(
              SystemCall.LGETXATTR,
              buffer.path(path),
              buffer.second(BytePath.of(attribute)),
              value.address(),
              MAX_VALUE,
              0,
              0);
      if (n == -Errno.ENODATA || n == -Errno.EOPNOTSUPP) {
        return Optional.empty();
      }
      return Optional.of(NativeBytes.copy(value, Kernel.check(SystemCall.LGETXATTR, n, path)));
    }
  }

  static void set(BytePath path, String attribute, byte[] value) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      if (value.length > MAX_VALUE) {
        throw new LinuxException("lsetxattr", Errno.E2BIG, path + " " + attribute);
      }
      MemorySegment bytes = buffer.result(MAX_VALUE);
      MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
      Kernel.check(
          SystemCall.LSETXATTR,
          Kernel.raw(
              SystemCall.LSETXATTR,
              buffer.path(path),
              buffer.second(BytePath.of(attribute)),
              bytes.address(),
              value.length,
              0,
              0),
          path + " " + attribute);
    }
  }
}
