package dev.jbuild.cli.command;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/// Standard output as a stream that fails when its reader has gone: print streams only remember it,
/// and a long result would be written to nobody.
final class ResultStream extends OutputStream {

  private static final int CHECK_BYTES = 1 << 16;

  private final PrintStream out;
  private int unchecked;

  ResultStream(PrintStream out) {
    this.out = out;
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    count(1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    out.write(bytes, offset, length);
    count(length);
  }

  private void count(int written) throws IOException {
    unchecked += written;
    if (unchecked >= CHECK_BYTES) {
      flush();
    }
  }

  @Override
  public void flush() throws IOException {
    unchecked = 0;
    if (out.checkError()) {
      throw new IOException("standard output was closed");
    }
  }
}
