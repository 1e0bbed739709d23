package dev.jbuild.archive;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes one gzip member (RFC 1952) whose blocks are deflated on several threads.
///
/// The bytes depend on the content and the level, not on the number of threads. Holds a few blocks
/// for each thread. Closing ends the member and closes the stream below. Not safe for several
/// threads.
public final class ParallelGzip extends OutputStream {

  public static final int DEFAULT_LEVEL = 6;

  private static final int BLOCK = 256 << 10;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final byte[] LAST_BLOCK = {3, 0};

  private final OutputStream out;
  private final int level;
  private final int threads;
  private final ExecutorService pool;
  private final Deque<Future<byte[]>> pending = new ArrayDeque<>();
  private final Queue<Deflater> idle = new ConcurrentLinkedQueue<>();
  private final CRC32 crc = new CRC32();
  private byte[] block = new byte[BLOCK];
  private int filled;
  private long length;
  private boolean closed;

  public ParallelGzip(OutputStream out, int level, int threads) throws IOException {
    this.out = out;
    this.level = level;
    this.threads = threads;
    this.pool = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] from, int offset, int count) throws IOException {
    crc.update(from, offset, count);
    length += count;
    int done = 0;
    while (done < count) {
      int part = Math.min(count - done, BLOCK - filled);
      System.arraycopy(from, offset + done, block, filled, part);
      filled += part;
      done += part;
      if (filled == BLOCK) {
        submit();
      }
    }
  }

  private void submit() throws IOException {
    byte[] full = block;
    int size = filled;
    block = new byte[BLOCK];
    filled = 0;
    pending.add(pool.submit(() -> deflate(full, size)));
    while (pending.size() > 2 * threads) {
      drain();
    }
  }

  private byte[] deflate(byte[] bytes, int size) {
    Deflater deflater = idle.poll();
    if (deflater == null) {
      deflater = new Deflater(level, true);
    }
    deflater.setInput(bytes, 0, size);
    byte[] result = new byte[size + size / 100 + 64];
    int n = 0;
    while (true) {
      n += deflater.deflate(result, n, result.length - n, Deflater.SYNC_FLUSH);
      if (n < result.length) {
        break;
      }
      result = Arrays.copyOf(result, result.length * 2);
    }
    deflater.reset();
    idle.add(deflater);
    return Arrays.copyOf(result, n);
  }

  private void drain() throws IOException {
    try {
      out.write(pending.remove().get());
    } catch (ExecutionException e) {
      throw new IOException("compression failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted while compressing");
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      if (filled > 0) {
        submit();
      }
      while (!pending.isEmpty()) {
        drain();
      }
      out.write(LAST_BLOCK);
      littleEndian(crc.getValue());
      littleEndian(length);
    } finally {
      pool.shutdownNow();
      idle.forEach(Deflater::end);
    }
  }

  private void littleEndian(long value) throws IOException {
    for (int i = 0; i < 4; i++) {
      out.write((int) (value >>> (8 * i)) & 0xFF);
    }
  }
}
