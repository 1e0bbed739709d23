package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// A pipe whose ends are not inherited by other programs.
///
/// @param read where to read
/// @param write where to write
public record Pipe(FileDescriptor read, FileDescriptor write) implements AutoCloseable {

  private static final int O_CLOEXEC = 02000000;

  public static Pipe open() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(8, 4);
      FileCalls.call(SystemCall.PIPE2, "pipe", ends.address(), O_CLOEXEC, 0);
      return new Pipe(
          new FileDescriptor(ends.get(ValueLayout.JAVA_INT, 0), BytePath.of("pipe")),
          new FileDescriptor(ends.get(ValueLayout.JAVA_INT, 4), BytePath.of("pipe")));
    }
  }

  @Override
  public void close() throws LinuxException {
    read.close();
    write.close();
  }
}
