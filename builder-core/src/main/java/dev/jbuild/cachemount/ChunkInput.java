package dev.jbuild.cachemount;

import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// The stream that chunks make, brought here a few ahead of its reader. Holds no more than those in
/// memory. Not safe for several threads.
final class ChunkInput extends InputStream {

  private static final int AHEAD = 6;

  private final Iterator<ChunkRef> left;
  private final Fetch fetch;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Deque<Future<byte[]>> coming = new ArrayDeque<>();
  private byte[] chunk = new byte[0];
  private int at;

  /// Brings the bytes of a chunk, checked.
  @FunctionalInterface
  interface Fetch {
    byte[] fetch(ChunkRef chunk) throws IOException;
  }

  ChunkInput(List<ChunkRef> chunks, Fetch fetch) {
    this.left = chunks.iterator();
    this.fetch = fetch;
  }

  @Override
  public int read() throws IOException {
    return ready() ? chunk[at++] & 0xFF : -1;
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!ready()) {
      return -1;
    }
    int n = Math.min(length, chunk.length - at);
    System.arraycopy(chunk, at, into, offset, n);
    at += n;
    return n;
  }

  private boolean ready() throws IOException {
    while (at == chunk.length) {
      while (coming.size() < AHEAD && left.hasNext()) {
        ChunkRef next = left.next();
        coming.add(threads.submit(() -> fetch.fetch(next)));
      }
      if (coming.isEmpty()) {
        return false;
      }
      chunk = await(coming.remove());
      at = 0;
    }
    return true;
  }

  static <T> T await(Future<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case BuildException failure -> throw failure;
        case IOException failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
