package dev.jbuild.s3;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/// Passes connections on to a server, and cuts the first few after so many bytes of its answers.
final class Relay implements AutoCloseable {

  private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final int target;
  private final int after;
  private final AtomicInteger cuts;

  Relay(int target, int cuts, int after) throws IOException {
    this.target = target;
    this.after = after;
    this.cuts = new AtomicInteger(cuts);
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /// How many are still to be cut.
  int left() {
    return Math.max(0, cuts.get());
  }

  private void accept() {
    try {
      while (true) {
        Socket near = server.accept();
        Socket far = new Socket(InetAddress.getLoopbackAddress(), target);
        Thread.ofVirtual().start(() -> pass(near, far, Integer.MAX_VALUE));
        Thread.ofVirtual().start(() -> pass(far, near, after));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void pass(Socket from, Socket to, int most) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[4096];
      long passed = 0;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        out.write(buffer, 0, read);
        passed += read;
        if (passed > most && cuts.getAndDecrement() > 0) {
          return;
        }
      }
    } catch (IOException e) {
      // One side is gone; so goes the other.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
