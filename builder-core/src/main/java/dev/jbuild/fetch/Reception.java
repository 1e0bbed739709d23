package dev.jbuild.fetch;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.concurrent.atomic.AtomicLong;

/// The body of one download on its way to disk: counted, hashed, and given up when nothing comes
/// for a minute.
final class Reception {

  private static final long STALLED_NANOS = 60_000_000_000L;
  private static final long WATCH_MILLIS = 500;
  private static final int REPORT_SHIFT = 20;

  private final EventSink events;
  private final String subject;
  private final String url;
  private final long length;
  private final long maxBytes;
  private final AtomicLong lastProgress = new AtomicLong(System.nanoTime());

  /// @param length as announced, or -1
  /// @param maxBytes more end the build
  Reception(EventSink events, String url, long length, long maxBytes) {
    this.events = events;
    this.subject = "download " + url;
    this.url = url;
    this.length = length;
    this.maxBytes = maxBytes;
  }

  Digest to(Path file, InputStream body) throws IOException {
    refuseTooLarge(length);
    Thread watch = Thread.ofVirtual().start(() -> watch(body));
    MessageDigest state = Digest.sha256();
    long total = 0;
    try (OutputStream out = Files.newOutputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
        lastProgress.set(System.nanoTime());
        state.update(buffer, 0, n);
        out.write(buffer, 0, n);
        long before = total;
        total += n;
        refuseTooLarge(total);
        if (total >> REPORT_SHIFT != before >> REPORT_SHIFT) {
          events.accept(new BuildEvent.Transferred(subject, total, length, false));
        }
      }
    } finally {
      watch.interrupt();
    }
    if (length >= 0 && total != length) {
      throw new IOException(total + " of " + length + " bytes came");
    }
    events.accept(new BuildEvent.Transferred(subject, total, total, true));
    return Digest.of(state);
  }

  private void refuseTooLarge(long total) {
    if (total > maxBytes) {
      throw new InvalidInput(
          Problem.error("DownloadTooLarge", url + " is larger than " + maxBytes + " bytes")
              .help("if that is meant: --max-download SIZE"));
    }
  }

  private void watch(InputStream body) {
    try {
      while (System.nanoTime() - lastProgress.get() < STALLED_NANOS) {
        Thread.sleep(WATCH_MILLIS);
      }
      body.close();
    } catch (InterruptedException | IOException e) {
      // The download is over.
    }
  }
}
