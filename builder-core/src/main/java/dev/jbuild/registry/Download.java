package dev.jbuild.registry;

import com.google.cloud.tools.jib.http.Response;
import dev.jbuild.oci.Descriptor;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/// How far the download of a blob is, over all its attempts. Used by one thread.
final class Download {

  /// So many bytes in one attempt are worth any number of further ones.
  static final long PROGRESS = 1 << 20;

  private final Descriptor blob;
  private final OutputStream out;
  private long done;

  Download(Descriptor blob, OutputStream out) {
    this.blob = blob;
    this.out = out;
  }

  long done() {
    return done;
  }

  boolean isComplete() {
    return done == blob.size();
  }

  /// Takes what a response has beyond what is here.
  void take(Response response) throws IOException {
    InputStream body = response.getBody();
    boolean partial = response.getStatusCode() == 206;
    if (partial && response.getHeader("Content-Range").stream().noneMatch(this::goesOn)) {
      throw new OriginGuard.Refused("the registry answers with another range than asked for");
    }
    if (!partial && done > 0) {
      body.skipNBytes(done);
    }
    byte[] buffer = new byte[1 << 16];
    for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
      if (done + n > blob.size()) {
        throw new OriginGuard.Refused("a blob is larger than the " + blob.size() + " bytes it has");
      }
      write(buffer, n);
    }
    if (!isComplete()) {
      throw new EOFException("a blob ends after " + done + " of " + blob.size() + " bytes");
    }
  }

  private boolean goesOn(String range) {
    return range.startsWith("bytes " + done + "-");
  }

  private void write(byte[] buffer, int length) {
    try {
      out.write(buffer, 0, length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    done += length;
  }
}
