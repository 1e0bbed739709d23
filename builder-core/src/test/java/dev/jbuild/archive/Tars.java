package dev.jbuild.archive;

import dev.jbuild.linux.BytePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Archives made by hand, honest and hostile.
public final class Tars {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// A member, read: its header and content.
  public record Member(TarEntry entry, byte[] content) {
    public String text() {
      return new String(content, StandardCharsets.UTF_8);
    }
  }

  /// Adds a raw header block with a right check sum, and content filled up to blocks.
  public Tars raw(char flag, String name, String link, String size, byte[] content) {
    return raw(flag, name, link, size.getBytes(StandardCharsets.ISO_8859_1), content);
  }

  public Tars raw(char flag, String name, String link, byte[] size, byte[] content) {
    byte[] block = header(flag, name, link, size);
    return block(block).data(content);
  }

  static byte[] header(char flag, String name, String link, byte[] size) {
    byte[] block = new byte[512];
    put(block, 0, name);
    put(block, 100, "0000755");
    put(block, 108, "0000000");
    put(block, 116, "0000000");
    System.arraycopy(size, 0, block, 124, size.length);
    put(block, 136, "00000000001");
    block[156] = (byte) flag;
    put(block, 157, link);
    put(block, 257, "ustar");
    put(block, 263, "00");
    return block;
  }

  static void put(byte[] block, int offset, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    System.arraycopy(bytes, 0, block, offset, bytes.length);
  }

  Tars block(byte[] block) {
    for (int i = 148; i < 156; i++) {
      block[i] = ' ';
    }
    int sum = 0;
    for (byte b : block) {
      sum += b & 0xFF;
    }
    put(block, 148, String.format("%06o", sum) + "\0 ");
    out.writeBytes(block);
    return this;
  }

  public Tars data(byte[] content) {
    out.writeBytes(content);
    out.writeBytes(new byte[(512 - content.length % 512) % 512]);
    return this;
  }

  private Tars small(char flag, String name, String link, byte[] content) {
    return raw(flag, name, link, String.format("%011o", content.length), content);
  }

  public Tars file(String name, String content) {
    return small('0', name, "", content.getBytes(StandardCharsets.UTF_8));
  }

  public Tars directory(String name) {
    return small('5', name, "", new byte[0]);
  }

  public Tars symlink(String name, String target) {
    return small('2', name, target, new byte[0]);
  }

  public Tars hardLink(String name, String target) {
    return small('1', name, target, new byte[0]);
  }

  /// A pax header of `key=value` records.
  public Tars pax(char flag, String... records) {
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (String record : records) {
      int length = record.length() + 3;
      while (length != record.length() + 2 + Integer.toString(length).length()) {
        length++;
      }
      body.writeBytes((length + " " + record + "\n").getBytes(StandardCharsets.ISO_8859_1));
    }
    return small(flag, "pax", "", body.toByteArray());
  }

  public byte[] end() {
    out.writeBytes(new byte[1024]);
    return out.toByteArray();
  }

  public static List<Member> read(byte[] tar) throws IOException {
    return read(new TarReader(new ByteArrayInputStream(tar)));
  }

  static List<Member> read(TarReader reader) throws IOException {
    List<Member> members = new ArrayList<>();
    for (Optional<TarEntry> e = reader.next(); e.isPresent(); e = reader.next()) {
      ByteArrayOutputStream content = new ByteArrayOutputStream();
      byte[] buffer = new byte[777];
      for (int n = reader.read(buffer, 0, 777); n >= 0; n = reader.read(buffer, 0, 777)) {
        content.write(buffer, 0, n);
      }
      members.add(new Member(e.get(), content.toByteArray()));
    }
    return members;
  }

  static BytePath path(String latin1) {
    return BytePath.ofBytes(latin1.getBytes(StandardCharsets.ISO_8859_1));
  }
}
