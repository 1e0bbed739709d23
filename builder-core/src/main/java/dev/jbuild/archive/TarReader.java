package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Reads a tar stream: v7, ustar, GNU long names and sparse files, pax. Names are bytes; nothing is
/// trusted and nothing unbounded is held.
///
/// Own code since names and attribute values are bytes, which the libraries decode as text. The
/// caller owns the stream below. Not safe for several threads.
public final class TarReader {

  private static final int BLOCK = TarWriter.BLOCK;
  private static final int MAX_LONG_NAME = 1 << 16;
  private static final long MAX_ID = 0xFFFF_FFFEL;
  private static final long MAX_MAJOR = 0xFFF;
  private static final long MAX_MINOR = 0xF_FFFF;

  private final InputStream in;
  private final TarLimits limits;
  private final byte[] block = new byte[BLOCK];
  private final byte[] skipped = new byte[1 << 14];
  private final TarHeader header = new TarHeader(block);
  private final PaxRecords global = new PaxRecords();
  private long content;
  private long padding;
  private long entries;
  private long unpacked;

  /// For a sparse file: its map, how far it was read, and how large it is.
  private Optional<SparseMap> sparse = Optional.empty();

  private long position;
  private long realSize;

  public TarReader(InputStream in) {
    this(in, TarLimits.DEFAULT);
  }

  public TarReader(InputStream in, TarLimits limits) {
    this.in = in;
    this.limits = limits;
  }

  /// The next member, or empty at the end of the archive. What was not read of the one before is
  /// skipped.
  public Optional<TarEntry> next() throws IOException {
    skip(content);
    skip(padding);
    content = 0;
    padding = 0;
    sparse = Optional.empty();
    PaxRecords local = new PaxRecords();
    Optional<BytePath> longName = Optional.empty();
    Optional<BytePath> longLink = Optional.empty();
    boolean extended = false;
    while (readHeader()) {
      long size = header.number(124, 12);
      extended = true;
      switch (block[156]) {
        case 'x', 'X' -> local.read(in, size, this::skipPadding);
        case 'g' -> {
          global.read(in, size, this::skipPadding);
          extended = false;
        }
        case 'L' -> longName = Optional.of(longValue(size));
        case 'K' -> longLink = Optional.of(longValue(size));
        default -> {
          return Optional.of(counted(entry(size, local, longName, longLink)));
        }
      }
    }
    if (extended) {
      throw new TarException("the archive ends after a header that extends another");
    }
    return Optional.empty();
  }

  /// Reads content of the present member; -1 at its end.
  public int read(byte[] into, int offset, int length) throws IOException {
    return sparse.isPresent()
        ? readSparse(sparse.get(), into, offset, length)
        : readStored(into, offset, length);
  }

  private int readSparse(SparseMap map, byte[] into, int offset, int length) throws IOException {
    if (position == realSize) {
      return -1;
    }
    long hole = map.hole(position, realSize);
    int n;
    if (hole > 0) {
      n = (int) Math.min(length, hole);
      Arrays.fill(into, offset, offset + n, (byte) 0);
    } else {
      n = readStored(into, offset, (int) Math.min(length, map.data(position)));
    }
    if (n < 0) {
      throw new TarException("a sparse map does not fit what is stored");
    }
    position += n;
    return n;
  }

  private int readStored(byte[] into, int offset, int length) throws IOException {
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
    if (header.isZero()) {
      return false;
    }
    if (!TarHeader.isHeader(block)) {
      throw new TarException("not a tar header: its checksum is wrong");
    }
    return true;
  }

  private TarEntry counted(TarEntry entry) throws TarException {
    if (++entries > limits.entries()) {
      throw new TarException("the archive has more than " + limits.entries() + " members");
    }
    if (entry.size() > limits.bytes() - unpacked) {
      throw new TarException("the archive unpacks to more than " + limits.bytes() + " bytes");
    }
    unpacked += entry.size();
    return entry;
  }

  private TarEntry entry(
      long headerSize, PaxRecords local, Optional<BytePath> longName, Optional<BytePath> longLink)
      throws IOException {
    char flag = header.flag();
    BytePath stored = sparseName(local, first(local, longName, "path")).orElseGet(header::name);
    TarEntry.Type type = type(flag, stored);
    long size = local.number("size").orElse(headerSize);
    if (size < 0 || size > Long.MAX_VALUE - BLOCK) {
      throw new TarException("impossible size of " + stored);
    }
    content = hasContent(flag) ? size : 0;
    padding = (BLOCK - content % BLOCK) % BLOCK;
    boolean device = type == TarEntry.Type.CHARACTER_DEVICE || type == TarEntry.Type.BLOCK_DEVICE;
    boolean links = type == TarEntry.Type.SYMLINK || type == TarEntry.Type.HARD_LINK;
    List<TarEntry.Attribute> attributes = new ArrayList<>(global.attributes());
    attributes.addAll(local.attributes());
    TarEntry entry =
        new TarEntry(
            withoutSlash(stored),
            type,
            (int) (header.number(100, 8) & 07777),
            within(numeric(local, "uid", 108, 8), MAX_ID, "owner", stored),
            within(numeric(local, "gid", 116, 8), MAX_ID, "group", stored),
            type == TarEntry.Type.FILE ? content : 0,
            numeric(local, "mtime", 136, 12),
            links
                ? first(local, longLink, "linkpath").orElseGet(() -> header.field(157, 100))
                : BytePath.EMPTY,
            device ? within(header.number(329, 8), MAX_MAJOR, "device", stored) : 0,
            device ? within(header.number(337, 8), MAX_MINOR, "device", stored) : 0,
            attributes);
    return type == TarEntry.Type.FILE ? withHoles(entry, flag, local) : entry;
  }

  /// Numbers that the kernel would cut to others, such as an owner of 2^32, which it takes for 0.
  private static long within(long value, long limit, String what, BytePath name)
      throws TarException {
    if (value < 0 || value > limit) {
      throw new TarException("impossible " + what + " " + value + " of " + name);
    }
    return value;
  }

  private TarEntry withHoles(TarEntry entry, char flag, PaxRecords local) throws IOException {
    long size;
    SparseMap map;
    if (flag == 'S') {
      size = header.number(483, 12);
      map = SparseMap.ofHeader(block.clone(), in);
    } else if (local.has("GNU.sparse.major") && local.number("GNU.sparse.major").orElse(0L) > 0) {
      size = local.number("GNU.sparse.realsize").orElse(-1L);
      long[] taken = new long[1];
      map = SparseMap.ofData(in, content, taken);
      content -= taken[0];
    } else if (local.sparseMap().isPresent()) {
      size = local.number("GNU.sparse.size").orElse(-1L);
      map = SparseMap.ofText(local.sparseMap().get());
    } else {
      return entry;
    }
    if (size < 0) {
      throw new TarException("impossible size of " + entry.name());
    }
    map.check(size, content);
    sparse = Optional.of(map);
    position = 0;
    realSize = size;
    return entry.withSize(size);
  }

  /// A sparse file's pax name is a stand-in for readers that do not know of it.
  private static Optional<BytePath> sparseName(PaxRecords local, Optional<BytePath> other)
      throws TarException {
    Optional<BytePath> real = local.path("GNU.sparse.name");
    return real.isPresent() ? real : other;
  }

  private Optional<BytePath> first(PaxRecords local, Optional<BytePath> gnu, String key)
      throws TarException {
    Optional<BytePath> own = local.path(key).or(() -> gnu);
    return own.isPresent() ? own : global.path(key);
  }

  private long numeric(PaxRecords local, String key, int offset, int width) throws TarException {
    Optional<Long> own = local.number(key);
    Optional<Long> value = own.isPresent() ? own : global.number(key);
    return value.isPresent() ? value.get() : header.number(offset, width);
  }

  private static boolean hasContent(char flag) {
    return flag < '1' || flag > '6';
  }

  private static TarEntry.Type type(char flag, BytePath name) throws TarException {
    return switch (flag) {
      case '0', '7', 'S' -> TarEntry.Type.FILE;
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
}
