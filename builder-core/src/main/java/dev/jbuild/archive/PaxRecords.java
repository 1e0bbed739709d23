package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The records of a pax extended header, `length key=value\n` each (POSIX.1-2008, `pax`).
final class PaxRecords {

  private static final int MAX_BYTES = 1 << 20;
  private static final int MAX_TOTAL = 8 << 20;
  private static final int MAX_RECORDS = 10_000;
  private static final String XATTR = "SCHILY.xattr.";

  private final Map<String, byte[]> records = new LinkedHashMap<>();

  /// The map of a sparse file in form 0.0, whose records repeat their keys.
  private final ByteArrayOutputStream segments = new ByteArrayOutputStream();

  private long total;

  /// Skips what fills up a block after `size` bytes.
  interface Padding {
    void skip(long size) throws IOException;
  }

  /// Reads records of `size` bytes; a later record of a key replaces an earlier one, an empty value
  /// removes it.
  void read(InputStream in, long size, Padding padding) throws IOException {
    total += Math.max(0, size);
    if (size < 0 || size > MAX_BYTES || total > MAX_TOTAL) {
      throw new TarException("a pax header of " + size + " bytes is larger than " + MAX_BYTES);
    }
    byte[] bytes = in.readNBytes((int) size);
    if (bytes.length < size) {
      throw new TarException("the archive ends within a pax header");
    }
    padding.skip(size);
    int at = 0;
    while (at < bytes.length) {
      at = record(bytes, at);
      if (records.size() > MAX_RECORDS) {
        throw new TarException("more than " + MAX_RECORDS + " pax records");
      }
    }
  }

  private int record(byte[] bytes, int start) throws TarException {
    int at = start;
    int length = 0;
    while (at < bytes.length && bytes[at] >= '0' && bytes[at] <= '9' && at - start < 8) {
      length = length * 10 + bytes[at++] - '0';
    }
    int end = start + length;
    if (at == start
        || at >= bytes.length
        || bytes[at] != ' '
        || end > bytes.length
        || end <= at + 1
        || bytes[end - 1] != '\n') {
      throw new TarException("a pax record is malformed");
    }
    int key = at + 1;
    int equals = key;
    while (equals < end && bytes[equals] != '=') {
      equals++;
    }
    if (equals == end) {
      throw new TarException("a pax record has no value");
    }
    for (int i = key; i < equals; i++) {
      if (bytes[i] == 0) {
        throw new TarException("the key of a pax record holds a NUL byte");
      }
    }
    String name = BytePath.ofBytes(bytes, key, equals - key).text();
    byte[] value = new byte[end - 1 - (equals + 1)];
    System.arraycopy(bytes, equals + 1, value, 0, value.length);
    if (name.equals("GNU.sparse.offset") || name.equals("GNU.sparse.numbytes")) {
      segments.writeBytes(value);
      segments.write(',');
    } else if (value.length == 0 && !name.startsWith(XATTR)) {
      records.remove(name);
    } else {
      records.put(name, value);
    }
    return end;
  }

  /// The segments of a sparse file in form 0.0 or 0.1.
  Optional<byte[]> sparseMap() {
    return segments.size() > 0
        ? Optional.of(segments.toByteArray())
        : Optional.ofNullable(records.get("GNU.sparse.map"));
  }

  boolean has(String key) {
    return records.containsKey(key);
  }

  Optional<BytePath> path(String key) throws TarException {
    byte[] value = records.get(key);
    if (value == null) {
      return Optional.empty();
    }
    for (byte b : value) {
      if (b == 0) {
        throw new TarException("a name holds a NUL byte");
      }
    }
    return Optional.of(BytePath.ofBytes(value));
  }

  /// A number; a fraction is dropped towards the past.
  Optional<Long> number(String key) throws TarException {
    byte[] value = records.get(key);
    if (value == null) {
      return Optional.empty();
    }
    String text = new String(value, StandardCharsets.US_ASCII);
    try {
      int point = text.indexOf('.');
      long whole = Long.parseLong(point < 0 ? text : text.substring(0, point));
      boolean below =
          text.startsWith("-") && point >= 0 && !text.substring(point + 1).matches("0*");
      return Optional.of(below ? whole - 1 : whole);
    } catch (NumberFormatException e) {
      throw new TarException("pax " + key + " is no number");
    }
  }

  List<TarEntry.Attribute> attributes() {
    List<TarEntry.Attribute> attributes = new ArrayList<>();
    records.forEach((key, value) -> {
      if (key.startsWith(XATTR)) {
        attributes.add(new TarEntry.Attribute(key.substring(XATTR.length()), value));
      }
    });
    return attributes;
  }
}
