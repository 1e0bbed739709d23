package dev.jbuild.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Objects;

/// An open file: reads, writes and changes it by its number, so that no path is looked up twice.
/// The owner closes it. Not safe for several threads.
public final class FileDescriptor implements AutoCloseable {

  private static final long COPY_CHUNK = 1L << 30;
  private static final long FICLONE = 0x40049409;

  private final int number;
  private final BytePath name;
  private boolean closed;

  FileDescriptor(int number, BytePath name) {
    this.number = number;
    this.name = name;
  }

  /// `/dev/null`, for reading and writing.
  public static FileDescriptor devNull() throws LinuxException {
    BytePath path = BytePath.of("/dev/null");
    return new FileDescriptor(FileCalls.open(FileCalls.AT_FDCWD, path, 2 | 02000000, 0), path);
  }

  /// A file of the machine that is there, for writing.
  public static FileDescriptor writer(BytePath path) throws LinuxException {
    return new FileDescriptor(FileCalls.open(FileCalls.AT_FDCWD, path, 1 | 02000000, 0), path);
  }

  /// Writes at the present position with nothing but a system call: what was written, or minus an
  /// errno.
  public long write(MemorySegment bytes) {
    return Kernel.raw(SystemCall.WRITE, number, bytes.address(), bytes.byteSize());
  }

  public int number() {
    return number;
  }

  public FileInfo info() throws LinuxException {
    return FileCalls.statx(number, BytePath.EMPTY, FileCalls.AT_EMPTY_PATH, name);
  }

  public void owner(long uid, long gid) throws LinuxException {
    long result = Kernel.raw(SystemCall.FCHOWN, number, uid, gid);
    if (RecordedOwner.replaces(result)) {
      recordOwner(uid, gid);
    } else {
      Kernel.check(SystemCall.FCHOWN, result, name);
    }
  }

  private void recordOwner(long uid, long gid) throws LinuxException {
    byte[] value = (uid + ":" + gid).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(value.length);
      MemorySegment.copy(value, 0, bytes, ValueLayout.JAVA_BYTE, 0, value.length);
      MemorySegment attribute = NativeBytes.cString(arena, RecordedOwner.ATTRIBUTE);
      Kernel.check(
          SystemCall.FSETXATTR,
          Kernel.raw(
              SystemCall.FSETXATTR,
              number,
              attribute.address(),
              bytes.address(),
              value.length,
              0,
              0),
          name);
    }
  }

  public void mode(int permissions) throws LinuxException {
    FileCalls.call(SystemCall.FCHMOD, name, number, permissions, 0);
  }

  /// Sets access and modification time.
  public void times(long seconds, int nanos) throws LinuxException {
    try (NativeBuffer buffer = NativeBuffer.take()) {
      long times = FileCalls.times(buffer, seconds, nanos).address();
      Kernel.check(SystemCall.UTIMENSAT, Kernel.raw(SystemCall.UTIMENSAT, number, 0, times), name);
    }
  }

  public void sync() throws LinuxException {
    FileCalls.call(SystemCall.FSYNC, name, number, 0, 0);
  }

  /// Changes the size; a larger size leaves a hole.
  public void truncate(long size) throws LinuxException {
    FileCalls.call(SystemCall.FTRUNCATE, name, number, size, 0);
  }

  /// Makes the content of this empty file that of `source`, from its present position: shared on
  /// file systems that can, else copied by the kernel.
  public void copyFrom(FileDescriptor source) throws LinuxException {
    if (Kernel.raw(SystemCall.IOCTL, number, FICLONE, source.number) == 0) {
      return;
    }
    long n;
    do {
      n = Kernel.raw(SystemCall.COPY_FILE_RANGE, source.number, 0, number, 0, COPY_CHUNK, 0);
      if (n == -Errno.EXDEV || n == -Errno.EINVAL || n == -Errno.ENOSYS || n == -Errno.EOPNOTSUPP) {
        n = Kernel.raw(SystemCall.SENDFILE, number, source.number, 0, COPY_CHUNK, 0, 0);
      }
      Kernel.check(SystemCall.COPY_FILE_RANGE, n, name);
    } while (n > 0);
  }

  /// A stream over the content from the present position; closing it does not close this.
  public InputStream input() {
    return new Input();
  }

  /// A stream that writes at the present position; closing it does not close this.
  public OutputStream output() {
    return new Output();
  }

  @Override
  public void close() throws LinuxException {
    if (!closed) {
      closed = true;
      FileCalls.call(SystemCall.CLOSE, name, number, 0, 0);
    }
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (length == 0) {
        return 0;
      }
      try (NativeBuffer buffer = NativeBuffer.take()) {
        MemorySegment memory = buffer.memory();
        int most = Math.min(length, NativeBuffer.BYTES);
        long n;
        do {
          n = Kernel.raw(SystemCall.READ, number, memory.address(), most);
        } while (n == -Errno.EINTR);
        Kernel.check(SystemCall.READ, n, name);
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, 0, into, offset, (int) n);
        return n == 0 ? -1 : (int) n;
      }
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      int done = 0;
      try (NativeBuffer buffer = NativeBuffer.take()) {
        MemorySegment memory = buffer.memory();
        while (done < length) {
          int part = Math.min(length - done, NativeBuffer.BYTES);
          MemorySegment.copy(from, offset + done, memory, ValueLayout.JAVA_BYTE, 0, part);
          long n = Kernel.raw(SystemCall.WRITE, number, memory.address(), part);
          if (n == -Errno.EINTR) {
            continue;
          }
          done += (int) Kernel.check(SystemCall.WRITE, n, name);
        }
      }
    }
  }
}
