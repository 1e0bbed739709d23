package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// The processes that a mount of proc shows, counted with nothing but system calls: where the root
/// has become another, its path is gone. For one thread, which closes it.
public final class Processes implements AutoCloseable {

  private static final int BYTES = 1 << 13;

  private final DirectoryHandle proc;
  private final MemorySegment buffer;

  /// @param arena of the memory that it needs
  /// @param proc where proc is mounted
  public Processes(Arena arena, Path proc) throws LinuxException {
    this.buffer = arena.allocate(BYTES, 8);
    this.proc = DirectoryHandle.open(proc);
  }

  /// How many there are, or minus an errno; once. One that was started by a process that has ended
  /// meanwhile is seen too, since its number is higher.
  public int count() {
    int found = 0;
    while (true) {
      long n = Kernel.raw(SystemCall.GETDENTS64, proc.number(), buffer.address(), BYTES);
      if (n <= 0) {
        return n < 0 ? (int) n : found;
      }
      for (long at = 0; at < n; ) {
        byte first = buffer.get(ValueLayout.JAVA_BYTE, at + FileCalls.DIRENT_NAME);
        if (first >= '1' && first <= '9') {
          found++;
        }
        at +=
            Short.toUnsignedInt(
                buffer.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + FileCalls.DIRENT_LENGTH));
      }
    }
  }

  @Override
  public void close() throws LinuxException {
    proc.close();
  }
}
