package dev.jbuild.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Where the data of a sparse file lies: segments in order, with holes between them (GNU tar
/// manual, Storing Sparse Files). Bounded, and checked before it is used.
final class SparseMap {

  private static final int MAX_NUMBERS = 1 << 20;
  private static final int BLOCK = TarWriter.BLOCK;
  private static final int ENTRY = 24;

  private long[] numbers = new long[8];
  private int count;
  private int segment;

  private void add(long number) throws TarException {
    if (count == MAX_NUMBERS) {
      throw new TarException("a sparse file has more than " + MAX_NUMBERS / 2 + " segments");
    }
    if (count == numbers.length) {
      numbers = Arrays.copyOf(numbers, count * 2);
    }
    numbers[count++] = number;
  }

  /// The old GNU form: four segments in the header, 21 in each block that follows it.
  static SparseMap ofHeader(byte[] header, InputStream in) throws IOException {
    SparseMap map = new SparseMap();
    map.addEntries(header, 386, 4);
    byte[] block = header;
    for (int flag = 482; block[flag] != 0; flag = 504) {
      block = in.readNBytes(BLOCK);
      if (block.length < BLOCK) {
        throw new TarException("the archive ends within a sparse map");
      }
      map.addEntries(block, 0, 21);
    }
    return map;
  }

  private void addEntries(byte[] block, int offset, int entries) throws TarException {
    for (int at = offset; at < offset + entries * ENTRY && block[at] != 0; at += ENTRY) {
      add(TarHeader.number(block, at, 12));
      add(TarHeader.number(block, at + 12, 12));
    }
  }

  /// The forms 0.0 and 0.1: numbers with commas between, from pax records.
  static SparseMap ofText(byte[] text) throws TarException {
    SparseMap map = new SparseMap();
    int start = 0;
    for (int i = 0; i <= text.length; i++) {
      if (i == text.length || text[i] == ',') {
        if (i > start) {
          map.add(decimal(new String(text, start, i - start, StandardCharsets.US_ASCII)));
        }
        start = i + 1;
      }
    }
    return map;
  }

  /// The form 1.0: lines before the data, filled up to a block. Returns how many bytes it took in
  /// `taken[0]`.
  static SparseMap ofData(InputStream in, long available, long[] taken) throws IOException {
    SparseMap map = new SparseMap();
    byte[] block = new byte[0];
    int at = 0;
    long expected = -1;
    StringBuilder line = new StringBuilder();
    while (expected < 0 || map.count < expected) {
      if (at == block.length) {
        block = in.readNBytes(BLOCK);
        at = 0;
        taken[0] += BLOCK;
        if (block.length < BLOCK || taken[0] > available) {
          throw new TarException("the archive ends within a sparse map");
        }
      }
      char c = (char) (block[at++] & 0xFF);
      if (c != '\n') {
        line.append(c);
        if (line.length() > 20) {
          throw new TarException("a sparse map is malformed");
        }
        continue;
      }
      long number = decimal(line.toString());
      line.setLength(0);
      if (expected >= 0) {
        map.add(number);
      } else if (number > MAX_NUMBERS / 2) {
        throw new TarException("a sparse file has more than " + MAX_NUMBERS / 2 + " segments");
      } else {
        expected = number * 2;
      }
    }
    return map;
  }

  private static long decimal(String text) throws TarException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw new TarException("a sparse map is malformed");
    }
  }

  /// Checks that segments are in order, within the file, and as large as what is stored.
  void check(long size, long stored) throws TarException {
    long end = 0;
    long sum = 0;
    for (int i = 0; i < count - count % 2; i += 2) {
      long offset = numbers[i];
      long length = numbers[i + 1];
      if (offset < end || length < 0 || offset > size || length > size - offset) {
        throw new TarException("a sparse map has segments that overlap or leave the file");
      }
      end = offset + length;
      sum += length;
    }
    if (count % 2 != 0 || sum != stored) {
      throw new TarException("a sparse map does not fit what is stored");
    }
  }

  /// How many bytes from `position` on are a hole up to `size`; 0 when there is data.
  long hole(long position, long size) {
    skipTo(position);
    return Math.max(0, (segment < count ? numbers[segment] : size) - position);
  }

  /// How many bytes of data lie at `position`, which is in no hole.
  long data(long position) {
    skipTo(position);
    return numbers[segment] + numbers[segment + 1] - position;
  }

  private void skipTo(long position) {
    while (segment < count && numbers[segment] + numbers[segment + 1] <= position) {
      segment += 2;
    }
  }
}
