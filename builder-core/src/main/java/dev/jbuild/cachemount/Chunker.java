package dev.jbuild.cachemount;

import java.io.IOException;
import java.io.OutputStream;

/// Cuts a stream into chunks where its content says so: a change moves the cuts next to it only
/// (FastCDC: a gear hash over the last 64 bytes, harder to satisfy before the wanted size than
/// after it).
///
/// The table and the sizes are part of the format: with others nothing would be found again. Holds
/// one chunk in memory. Not safe for several threads.
final class Chunker extends OutputStream {

  static final int SMALLEST = 256 << 10;
  static final int WANTED = 1 << 20;
  static final int LARGEST = 4 << 20;

  /// Two bits more than the wanted size's twenty, and two less: most chunks are near it.
  private static final long HARD = bits(22);

  private static final long EASY = bits(18);
  private static final long[] GEAR = gear();

  private final Sink sink;
  private final byte[] chunk = new byte[LARGEST];
  private int length;
  private long hash;

  /// Receives the chunks in order. The bytes are the chunker's: they are good during the call.
  @FunctionalInterface
  interface Sink {
    void chunk(byte[] bytes, int length) throws IOException;
  }

  Chunker(Sink sink) {
    this.sink = sink;
  }

  /// The high bits: those depend on the most bytes.
  private static long bits(int count) {
    return -1L << (64 - count);
  }

  /// The first 256 numbers of SplitMix64 from zero.
  private static long[] gear() {
    long[] table = new long[256];
    long state = 0;
    for (int i = 0; i < table.length; i++) {
      state += 0x9E3779B97F4A7C15L;
      long z = state;
      z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
      z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
      table[i] = z ^ (z >>> 31);
    }
    return table;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int count) throws IOException {
    int at = offset;
    int end = offset + count;
    while (at < end) {
      int skip = Math.min(end - at, Math.max(0, SMALLEST - length));
      if (skip > 0) {
        System.arraycopy(bytes, at, chunk, length, skip);
        length += skip;
        at += skip;
      } else {
        at = cut(bytes, at, end);
      }
    }
  }

  /// Takes bytes until a chunk is whole or they end; returns how far it came.
  private int cut(byte[] bytes, int from, int end) throws IOException {
    int at = from;
    while (at < end) {
      byte b = bytes[at++];
      chunk[length++] = b;
      hash = (hash << 1) + GEAR[b & 0xFF];
      if ((hash & (length < WANTED ? HARD : EASY)) == 0 || length == LARGEST) {
        flushChunk();
        break;
      }
    }
    return at;
  }

  private void flushChunk() throws IOException {
    sink.chunk(chunk, length);
    length = 0;
    hash = 0;
  }

  /// Ends the stream: what is left is its last chunk.
  @Override
  public void close() throws IOException {
    if (length > 0) {
      flushChunk();
    }
  }
}
