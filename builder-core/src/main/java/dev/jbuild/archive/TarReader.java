package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads a tar stream: v7, ustar, GNU long names, pax. Names are bytes; nothing is trusted and
/// nothing unbounded is held.
///
/// Own code since names and attribute values are bytes, which the libraries decode as text. The
/// caller owns the stream below. Not safe for several threads.
public final class TarReader {

  private static final int BLOCK = TarWriter.BLOCK;
  private static final int MAX_LONG_NAME = 1 << 16;

  private final InputStream in;
  private final byte[] block = new byte[BLOCK];
  private final byte[] skipped = new byte[1 << 14];
  private final PaxRecords global = new PaxRecords();
  private long content;
  private long padding;

  public TarReader(InputStream in) {
    this.in = in;
  }

  /// The next member, or empty at the end of the archive. What was not read of the one before is
  /// skipped.
  public Optional<TarEntry> next() throws IOException {
    skip(content + padding);
    content = 0;
    padding = 0;
    PaxRecords local = new PaxRecords();
    Optional<BytePath> longName = Optional.empty();
    Optional<BytePath> longLink = Optional.empty();
    while (readHeader()) {
      long size = number(124, 12);
      switch (block[156]) {
        case 'x', 'X' -> local.read(in, size, this::skipPadding);
        case 'g' -> global.read(in, size, this::skipPadding);
        case 'L' -> longName = Optional.of(longValue(size));
        case 'K' -> longLink = Optional.of(longValue(size));
        default -> {
          return Optional.of(entry(size, local, longName, longLink));
        }
      }
    }
    return Optional.empty();
  }

  /// Reads content of the present member; -1 at its end.
  public int read(byte[] into, int offset, int length) throws IOException {
    if (content == 0) {
      return -1;
    }
    int n = in.read(into, offset, (int) Math.min(length, content));
    if (n < 0) {
      throw new TarException("the archive ends within a file");
    }
    content -= n;
    return n;
  }

  private boolean readHeader() throws IOException {
    int n = in.readNBytes(block, 0, BLOCK);
    if (n == 0) {
      return false;
    }
    if (n < BLOCK) {
      throw new TarException("the archive ends within a header");
    }
    if (allZero()) {
      return false;
    }
    if (!isHeader(block)) {
      throw new TarException("not a tar header: its checksum is wrong");
    }
    return true;
  }

  private boolean allZero() {
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

  private TarEntry entry(
      long headerSize, PaxRecords local, Optional<BytePath> longName, Optional<BytePath> longLink)
      throws IOException {
    char flag = (char) (block[156] & 0xFF);
    BytePath stored = first(local, longName, "path").orElseGet(this::name);
    BytePath link = first(local, longLink, "linkpath").orElseGet(() -> field(157, 100));
    if (flag == 'S' || local.has("GNU.sparse.major") || local.has("GNU.sparse.map")) {
      throw new TarException("sparse files are not supported: " + stored);
    }
    TarEntry.Type type = type(flag, stored);
    long size = local.number("size").orElse(headerSize);
    if (size < 0) {
      throw new TarException("negative size of " + stored);
    }
    long data = hasContent(flag) ? size : 0;
    content = data;
    padding = (BLOCK - data % BLOCK) % BLOCK;
    List<TarEntry.Attribute> attributes = new ArrayList<>(global.attributes());
    attributes.addAll(local.attributes());
    return new TarEntry(
        withoutSlash(stored),
        type,
        (int) (number(100, 8) & 07777),
        numeric(local, "uid", 108, 8),
        numeric(local, "gid", 116, 8),
        type == TarEntry.Type.FILE ? data : 0,
        numeric(local, "mtime", 136, 12),
        type == TarEntry.Type.SYMLINK || type == TarEntry.Type.HARD_LINK ? link : BytePath.EMPTY,
        isDevice(type) ? number(329, 8) : 0,
        isDevice(type) ? number(337, 8) : 0,
        attributes);
  }

  private Optional<BytePath> first(PaxRecords local, Optional<BytePath> gnu, String key)
      throws TarException {
    Optional<BytePath> own = local.path(key).or(() -> gnu);
    return own.isPresent() ? own : global.path(key);
  }

  private long numeric(PaxRecords local, String key, int offset, int width) throws TarException {
    Optional<Long> own = local.number(key);
    Optional<Long> value = own.isPresent() ? own : global.number(key);
    return value.isPresent() ? value.get() : number(offset, width);
  }

  private static boolean isDevice(TarEntry.Type type) {
    return type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
  }

  private static boolean hasContent(char flag) {
    return flag < '1' || flag > '6';
  }

  private static TarEntry.Type type(char flag, BytePath name) throws TarException {
    return switch (flag) {
      case '0', '7' -> TarEntry.Type.FILE;
      case 0 -> name.endsWithSlash() ? TarEntry.Type.DIRECTORY : TarEntry.Type.FILE;
      case '1' -> TarEntry.Type.HARD_LINK;
      case '2' -> TarEntry.Type.SYMLINK;
      case '3' -> TarEntry.Type.CHARACTER_DEVICE;
      case '4' -> TarEntry.Type.BLOCK_DEVICE;
      case '5' -> TarEntry.Type.DIRECTORY;
      case '6' -> TarEntry.Type.FIFO;
      default -> throw new TarException("unknown type '" + flag + "' of member " + name);
    };
  }

  private static BytePath withoutSlash(BytePath path) {
    byte[] bytes = path.bytes();
    int end = bytes.length;
    while (end > 1 && bytes[end - 1] == '/') {
      end--;
    }
    return BytePath.ofBytes(bytes, 0, end);
  }

  private BytePath name() {
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

  private BytePath field(int offset, int width) {
    int end = offset;
    while (end < offset + width && block[end] != 0) {
      end++;
    }
    return BytePath.ofBytes(block, offset, end - offset);
  }

  private BytePath longValue(long size) throws IOException {
    if (size < 0 || size > MAX_LONG_NAME) {
      throw new TarException("a name of " + size + " bytes is longer than " + MAX_LONG_NAME);
    }
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length < size) {
      throw new TarException("the archive ends within a name");
    }
    skipPadding(size);
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return BytePath.ofBytes(bytes, 0, end);
  }

  private void skipPadding(long size) throws IOException {
    skip((BLOCK - size % BLOCK) % BLOCK);
  }

  /// Reads rather than skips: streams that check digests see only what is read.
  private void skip(long count) throws IOException {
    long rest = count;
    while (rest > 0) {
      int n = in.read(skipped, 0, (int) Math.min(skipped.length, rest));
      if (n < 0) {
        throw new TarException("the archive ends within a file");
      }
      rest -= n;
    }
  }

  /// An octal field, or a base-256 one (GNU) when its first bit is set.
  private long number(int offset, int width) throws TarException {
    if ((block[offset] & 0x80) == 0) {
      long value = octal(block, offset, width);
      if (value < 0) {
        throw new TarException("a number in a tar header is not octal");
      }
      return value;
    }
    boolean negative = (block[offset] & 0x40) != 0;
    long value = negative ? -1 : 0;
    for (int i = offset; i < offset + width; i++) {
      int b = i == offset ? (negative ? block[i] | 0x80 : block[i] & 0x7F) & 0xFF : block[i] & 0xFF;
      if (i < offset + width - 8 && b != (negative ? 0xFF : 0) && i != offset) {
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
