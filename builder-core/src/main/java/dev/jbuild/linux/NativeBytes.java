package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// Strings and buffers for system calls.
final class NativeBytes {

  private NativeBytes() {}

  /// The bytes of `path` and a NUL, living as long as `arena`.
  static MemorySegment cString(Arena arena, BytePath path) {
    return cString(arena, path.bytes());
  }

  static MemorySegment cString(Arena arena, String text) {
    return cString(arena, BytePath.of(text));
  }

  private static MemorySegment cString(Arena arena, byte[] bytes) {
    MemorySegment segment = arena.allocate(bytes.length + 1L);
    MemorySegment.copy(bytes, 0, segment, ValueLayout.JAVA_BYTE, 0, bytes.length);
    return segment;
  }

  static byte[] copy(MemorySegment from, long length) {
    byte[] bytes = new byte[Math.toIntExact(length)];
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, 0, bytes, 0, bytes.length);
    return bytes;
  }
}
