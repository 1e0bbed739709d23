package dev.jbuild.linux;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;

/// A program held in memory until it is closed, or as long as this process lives. Who starts it
/// gives it its own descriptor as one of its streams and names it by that: `/proc/self/fd/N`.
public final class MemoryProgram implements AutoCloseable {

  private static final int CLOEXEC = 1;

  private final FileDescriptor file;

  /// Takes the program from `bytes`, which stays the caller's to close.
  public MemoryProgram(String name, InputStream bytes) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      long fd =
          FileCalls.call(
              SystemCall.MEMFD_CREATE,
              name,
              NativeBytes.cString(arena, name).address(),
              CLOEXEC,
              0);
      file = new FileDescriptor((int) fd, BytePath.of(name));
    }
    bytes.transferTo(file.output());
  }

  public int number() {
    return file.number();
  }

  @Override
  public void close() throws IOException {
    file.close();
  }
}
