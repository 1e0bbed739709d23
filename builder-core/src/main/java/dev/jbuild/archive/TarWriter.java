package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes a tar stream: ustar where it fits, with a pax header where it does not (POSIX.1-2008,
/// `pax`).
///
/// Own code since the bytes must be the same everywhere and attribute values are binary, which the
/// libraries' text headers cannot carry. The caller owns the stream below. Not safe for several
/// threads.
public final class TarWriter {

  static final int BLOCK = 512;
  private static final String XATTR = "SCHILY.xattr.";
  private static final long MAX_OCTAL_8 = 07777777L;
  private static final long MAX_OCTAL_12 = 077777777777L;

  private final OutputStream out;
  private long pending;

  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /// Writes a header; for a file its `size` bytes must follow through [#write].
  public void begin(TarEntry entry) throws IOException {
    finishEntry();
    byte[] name = entry.name().bytes();
    if (entry.type() == TarEntry.Type.DIRECTORY) {
      name = append(name, '/');
    }
    byte[] link = entry.link().bytes();
    byte[] pax = pax(entry, name, link);
    if (pax.length > 0) {
      out.write(
          header(
              "././@PaxHeader".getBytes(StandardCharsets.US_ASCII), 'x', pax.length, new byte[0]));
      out.write(pax);
      pad(pax.length);
    }
    byte[] block = header(name, entry.type().flag, entry.size(), link);
    number(block, 100, 8, entry.mode());
    number(block, 108, 8, entry.uid() > MAX_OCTAL_8 ? 0 : entry.uid());
    number(block, 116, 8, entry.gid() > MAX_OCTAL_8 ? 0 : entry.gid());
    number(block, 136, 12, entry.mtime() < 0 ? 0 : Math.min(entry.mtime(), MAX_OCTAL_12));
    number(block, 329, 8, entry.deviceMajor());
    number(block, 337, 8, entry.deviceMinor());
    checksum(block);
    out.write(block);
    pending = entry.type() == TarEntry.Type.FILE ? entry.size() : 0;
    unpadded = pending;
  }

  private long unpadded;

  /// Writes content of the entry begun last.
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > pending) {
      throw new IOException("more content than the header said");
    }
    out.write(bytes, offset, length);
    pending -= length;
  }

  /// Ends the stream with two zero blocks. Does not close what is below.
  public void end() throws IOException {
    finishEntry();
    out.write(new byte[2 * BLOCK]);
    out.flush();
  }

  private void finishEntry() throws IOException {
    if (pending > 0) {
      throw new IOException("less content than the header said");
    }
    pad(unpadded);
    unpadded = 0;
  }

  private void pad(long length) throws IOException {
    int rest = (int) (length % BLOCK);
    if (rest > 0) {
      out.write(new byte[BLOCK - rest]);
    }
  }

  private static byte[] header(byte[] name, char type, long size, byte[] link) {
    byte[] block = new byte[BLOCK];
    int split = name.length <= 100 ? 0 : splitAt(name);
    if (name.length <= 100) {
      System.arraycopy(name, 0, block, 0, name.length);
    } else if (split > 0) {
      System.arraycopy(name, 0, block, 345, split);
      System.arraycopy(name, split + 1, block, 0, name.length - split - 1);
    } else {
      System.arraycopy(name, 0, block, 0, 100);
    }
    System.arraycopy(link, 0, block, 157, Math.min(link.length, 100));
    number(block, 100, 8, 0644);
    number(block, 108, 8, 0);
    number(block, 116, 8, 0);
    number(block, 124, 12, size > MAX_OCTAL_12 ? 0 : size);
    number(block, 136, 12, 0);
    block[156] = (byte) type;
    byte[] magic = "ustar\00000".getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(magic, 0, block, 257, magic.length);
    number(block, 329, 8, 0);
    number(block, 337, 8, 0);
    checksum(block);
    return block;
  }

  /// Where a long name splits into the prefix and name fields of ustar, or 0.
  private static int splitAt(byte[] name) {
    for (int i = Math.min(155, name.length - 2); i > 0; i--) {
      if (name[i] == '/') {
        return name.length - i - 1 <= 100 ? i : 0;
      }
    }
    return 0;
  }

  private static byte[] pax(TarEntry entry, byte[] name, byte[] link) throws IOException {
    ByteArrayOutputStream records = new ByteArrayOutputStream();
    if (entry.gid() > MAX_OCTAL_8) {
      record(records, "gid", ascii(entry.gid()));
    }
    if (link.length > 100) {
      record(records, "linkpath", link);
    }
    if (entry.mtime() < 0 || entry.mtime() > MAX_OCTAL_12) {
      record(records, "mtime", ascii(entry.mtime()));
    }
    if (name.length > 100 && splitAt(name) == 0) {
      record(records, "path", name);
    }
    if (entry.size() > MAX_OCTAL_12) {
      record(records, "size", ascii(entry.size()));
    }
    if (entry.uid() > MAX_OCTAL_8) {
      record(records, "uid", ascii(entry.uid()));
    }
    for (Map.Entry<String, byte[]> attribute : sorted(entry.attributes()).entrySet()) {
      record(records, XATTR + attribute.getKey(), attribute.getValue());
    }
    return records.toByteArray();
  }

  private static Map<String, byte[]> sorted(List<TarEntry.Attribute> attributes) {
    Map<String, byte[]> byName = new TreeMap<>();
    attributes.forEach(a -> byName.put(a.name(), a.value()));
    return byName;
  }

  private static byte[] ascii(long value) {
    return Long.toString(value).getBytes(StandardCharsets.US_ASCII);
  }

  /// `length key=value\n`, where the length counts its own digits.
  private static void record(ByteArrayOutputStream out, String key, byte[] value) {
    byte[] name = BytePath.of(key).bytes();
    int body = name.length + value.length + 3;
    int length = body + Integer.toString(body).length();
    length = body + Integer.toString(length).length();
    out.writeBytes((length + " ").getBytes(StandardCharsets.US_ASCII));
    out.writeBytes(name);
    out.write('=');
    out.writeBytes(value);
    out.write('\n');
  }

  private static void number(byte[] block, int offset, int width, long value) {
    long rest = value;
    for (int i = offset + width - 2; i >= offset; i--) {
      block[i] = (byte) ('0' + (rest & 7));
      rest >>>= 3;
    }
    block[offset + width - 1] = 0;
  }

  private static void checksum(byte[] block) {
    for (int i = 148; i < 156; i++) {
      block[i] = ' ';
    }
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xFF;
    }
    number(block, 148, 7, sum);
    block[155] = ' ';
  }

  private static byte[] append(byte[] bytes, char c) {
    byte[] longer = java.util.Arrays.copyOf(bytes, bytes.length + 1);
    longer[bytes.length] = (byte) c;
    return longer;
  }
}
