package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// The fields of one 512-byte header block: v7, ustar or GNU.
final class TarHeader {

  private static final int BLOCK = TarWriter.BLOCK;

  private final byte[] block;

  TarHeader(byte[] block) {
    this.block = block;
  }

  char flag() {
    return (char) (block[156] & 0xFF);
  }

  boolean isZero() {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /// Whether 512 bytes are a tar header: its checksum, by unsigned or by signed bytes, is right.
  static boolean isHeader(byte[] bytes) {
    long unsigned = 0;
    long signed = 0;
    for (int i = 0; i < BLOCK; i++) {
      boolean own = i >= 148 && i < 156;
      unsigned += own ? ' ' : bytes[i] & 0xFF;
      signed += own ? ' ' : bytes[i];
    }
    long stored = octal(bytes, 148, 8);
    return stored >= 0 && (stored == unsigned || stored == signed);
  }

  /// The name, with the prefix of ustar. GNU headers, whose magic ends in a blank, keep other
  /// things there.
  BytePath name() {
    boolean ustar = new String(block, 257, 6, StandardCharsets.ISO_8859_1).equals("ustar\0");
    BytePath prefix = ustar ? field(345, 155) : BytePath.EMPTY;
    BytePath rest = field(0, 100);
    return prefix.isEmpty() ? rest : BytePath.ofBytes(joined(prefix.bytes(), rest.bytes()));
  }

  private static byte[] joined(byte[] prefix, byte[] rest) {
    byte[] all = Arrays.copyOf(prefix, prefix.length + 1 + rest.length);
    all[prefix.length] = '/';
    System.arraycopy(rest, 0, all, prefix.length + 1, rest.length);
    return all;
  }

  BytePath field(int offset, int width) {
    int end = offset;
    while (end < offset + width && block[end] != 0) {
      end++;
    }
    return BytePath.ofBytes(block, offset, end - offset);
  }

  /// An octal field, or a base-256 one (GNU) when its first bit is set.
  long number(int offset, int width) throws TarException {
    return number(block, offset, width);
  }

  static long number(byte[] block, int offset, int width) throws TarException {
    if ((block[offset] & 0x80) == 0) {
      long value = octal(block, offset, width);
      if (value < 0) {
        throw new TarException("a number in a tar header is not octal");
      }
      return value;
    }
    boolean negative = (block[offset] & 0x40) != 0;
    int fill = negative ? 0xFF : 0;
    long value = negative ? -1 : 0;
    for (int i = offset; i < offset + width; i++) {
      int b = block[i] & 0xFF;
      if (i == offset) {
        b = negative ? b : b & 0x7F;
      }
      if (i < offset + width - 8 && b != fill) {
        throw new TarException("a number in a tar header is too large");
      }
      value = (value << 8) | b;
    }
    if (value < 0 != negative) {
      throw new TarException("a number in a tar header is too large");
    }
    return value;
  }

  private static long octal(byte[] bytes, int offset, int width) {
    int i = offset;
    int end = offset + width;
    while (i < end && (bytes[i] == ' ' || bytes[i] == 0)) {
      i++;
    }
    long value = 0;
    while (i < end && bytes[i] >= '0' && bytes[i] <= '7') {
      value = (value << 3) | (bytes[i] - '0');
      i++;
    }
    return i < end && bytes[i] != ' ' && bytes[i] != 0 ? -1 : value;
  }
}
