package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Native memory for one system call, lent and given back: allocating and clearing some for each of
/// a hundred thousand files costs more than the calls do. As many exist as calls ran at once.
final class NativeBuffer implements AutoCloseable {

  /// What one can hold, in bytes.
  static final int BYTES = 1 << 17;

  private static final int NAMES = BYTES / 4;
  private static final int RESULT = BYTES / 2;
  private static final Queue<NativeBuffer> FREE = new ConcurrentLinkedQueue<>();

  private final MemorySegment memory = Arena.ofAuto().allocate(BYTES, 8);

  private NativeBuffer() {}

  /// Lends a buffer; closing gives it back. What is in it is left from others.
  static NativeBuffer take() {
    NativeBuffer free = FREE.poll();
    return free == null ? new NativeBuffer() : free;
  }

  MemorySegment memory() {
    return memory;
  }

  /// Puts the bytes of `path` and a NUL at the start; returns their address.
  long path(BytePath path) throws LinuxException {
    return put(path, 0);
  }

  /// The same behind the first path.
  long second(BytePath path) throws LinuxException {
    return put(path, NAMES);
  }

  private long put(BytePath path, int at) throws LinuxException {
    byte[] bytes = path.bytes();
    if (bytes.length >= NAMES) {
      throw new LinuxException("open", Errno.ENAMETOOLONG, path.text());
    }
    MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, at, bytes.length);
    memory.set(ValueLayout.JAVA_BYTE, at + bytes.length, (byte) 0);
    return memory.address() + at;
  }

  /// Room for `size` bytes, at most half of all, behind the paths.
  MemorySegment result(int size) {
    return memory.asSlice(RESULT, size);
  }

  @Override
  public void close() {
    FREE.add(this);
  }
}
