package dev.jbuild.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/// Copies bytes and knows which side failed.
final class Piece {

  private static final int BUFFER = 64 << 10;

  private Piece() {}

  /// Reading failed; what came before is written.
  static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;
    private final long copied;

    Broken(long copied, IOException cause) {
      super(cause.getMessage(), cause);
      this.copied = copied;
    }

    long copied() {
      return copied;
    }
  }

  /// How many bytes were copied. Throws [Broken] when reading failed, another [IOException] when
  /// writing did.
  static long copy(InputStream in, OutputStream out) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long copied = 0;
    while (true) {
      int read;
      try {
        read = in.read(buffer);
      } catch (IOException e) {
        throw new Broken(copied, e);
      }
      if (read < 0) {
        return copied;
      }
      out.write(buffer, 0, read);
      copied += read;
    }
  }
}
