package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;

/// What kind of file system a place is on.
public final class FileSystemType {

  private static final long OVERLAY = 0x794c7630L;

  private FileSystemType() {}

  /// Whether `path` is on an overlay; false when that cannot be told.
  public static boolean isOverlay(Path path) {
    try (PathHandle handle = PathHandle.open(path);
        Arena arena = Arena.ofConfined()) {
      MemorySegment result = arena.allocate(256, 8);
      FileCalls.call(SystemCall.FSTATFS, path, handle.number(), result.address(), 0);
      return result.get(ValueLayout.JAVA_LONG, 0) == OVERLAY;
    } catch (LinuxException e) {
      return false;
    }
  }
}
