package dev.jbuild.linux;

import java.nio.file.Path;

/// A place in the file system, held open without access to its content (`O_PATH`). The owner closes
/// it.
public final class PathHandle implements AutoCloseable {

  private static final int O_PATH = 010000000;
  private static final int O_CLOEXEC = 02000000;
  private static final long RESOLVE_NO_MAGICLINKS = 0x02;

  private final int number;
  private final BytePath name;
  private boolean closed;

  PathHandle(int number, BytePath name) {
    this.number = number;
    this.name = name;
  }

  /// Opens a place by the machine's own path.
  public static PathHandle open(Path path) throws LinuxException {
    BytePath name = BytePath.of(path.toAbsolutePath().toString());
    return new PathHandle(FileCalls.open(FileCalls.AT_FDCWD, name, O_PATH | O_CLOEXEC, 0), name);
  }

  /// Opens a place below this one as if this were the root: symbolic links are followed and cannot
  /// lead out.
  public PathHandle inside(BytePath path) throws LinuxException {
    return new PathHandle(
        FileCalls.openIn(
            number, path, O_PATH | O_CLOEXEC, 0, FileCalls.RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS),
        name.resolve(path));
  }

  public int number() {
    return number;
  }

  BytePath name() {
    return name;
  }

  public FileInfo info() throws LinuxException {
    return FileCalls.statx(number, BytePath.EMPTY, FileCalls.AT_EMPTY_PATH, name);
  }

  /// Where it is now, as this thread sees the file system.
  public BytePath realPath() throws LinuxException {
    return FileCalls.readLink(FileCalls.AT_FDCWD, BytePath.of("/proc/self/fd/" + number));
  }

  @Override
  public void close() throws LinuxException {
    if (!closed) {
      closed = true;
      FileCalls.call(SystemCall.CLOSE, name, number, 0, 0);
    }
  }

  @Override
  public String toString() {
    return name.toString();
  }
}
