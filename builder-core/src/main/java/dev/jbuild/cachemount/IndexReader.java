package dev.jbuild.cachemount;

import dev.jbuild.linux.BytePath;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Reads an untrusted index. What no [IndexWriter] writes is an [IOException]: impossible names,
/// owners, times and lengths, directories too deep, an end in the middle.
final class IndexReader {

  /// Each directory on the way to an entry is held open.
  static final int MAX_DEPTH = 256;

  private static final int MAX_NAME = 255;
  private static final int MAX_TARGET = 4095;
  private static final int MAX_ATTRIBUTES = 256;
  private static final int MAX_VALUE = 64 << 10;
  private static final long MAX_ENTRIES = 10_000_000;

  private final DataInputStream in;
  private int depth;
  private long entries;

  IndexReader(InputStream in) {
    this.in = new DataInputStream(in);
  }

  /// Receives the entries in order.
  @FunctionalInterface
  interface Visitor {
    void visit(IndexEntry entry) throws IOException;
  }

  void read(Visitor visitor) throws IOException {
    try {
      if (!Arrays.equals(in.readNBytes(IndexWriter.MAGIC.length), IndexWriter.MAGIC)) {
        throw new IOException("the index is not of this version");
      }
      do {
        if (++entries > MAX_ENTRIES) {
          throw new IOException("the index has more than " + MAX_ENTRIES + " entries");
        }
        visitor.visit(entry());
      } while (depth > 0);
    } catch (EOFException e) {
      throw new IOException("the index ends in the middle", e);
    }
    if (in.read() >= 0) {
      throw new IOException("the index goes on after its end");
    }
  }

  private IndexEntry entry() throws IOException {
    int kind = in.readUnsignedByte();
    if ((kind == 'R') != (entries == 1)) {
      throw new IOException("the index does not begin with its root, or has another");
    }
    return switch (kind) {
      case 'R' -> {
        depth = 1;
        yield new IndexEntry.Root(meta());
      }
      case 'D' -> {
        if (++depth > MAX_DEPTH) {
          throw new IOException("the index has more than " + MAX_DEPTH + " directories in another");
        }
        yield new IndexEntry.Directory(name(), meta());
      }
      case 'E' -> {
        depth--;
        yield new IndexEntry.Leave();
      }
      case 'F' ->
          new IndexEntry.File(name(), meta(), within(in.readLong(), Long.MAX_VALUE), number());
      case 'S' -> new IndexEntry.Symlink(name(), meta(), text(MAX_TARGET));
      case 'L' -> new IndexEntry.Link(name(), number());
      default -> throw new IOException("the index has an entry of unknown kind " + kind);
    };
  }

  private int number() throws IOException {
    return (int) within(in.readInt(), Integer.MAX_VALUE);
  }

  private BytePath name() throws IOException {
    BytePath name = text(MAX_NAME);
    byte[] bytes = name.bytes();
    for (byte b : bytes) {
      if (b == '/') {
        throw impossible(name);
      }
    }
    if (bytes.length == 0 || name.equals(BytePath.of(".")) || name.equals(BytePath.of(".."))) {
      throw impossible(name);
    }
    return name;
  }

  private static IOException impossible(BytePath name) {
    return new IOException("the index has the impossible name '" + name + "'");
  }

  private BytePath text(int most) throws IOException {
    byte[] bytes = bytes((int) within(in.readUnsignedShort(), most));
    for (byte b : bytes) {
      if (b == 0) {
        throw new IOException("the index has a name with a zero byte");
      }
    }
    return BytePath.ofBytes(bytes);
  }

  private IndexEntry.Meta meta() throws IOException {
    int mode = (int) within(in.readUnsignedShort(), 07777);
    long uid = within(Integer.toUnsignedLong(in.readInt()), 0xFFFF_FFFEL);
    long gid = within(Integer.toUnsignedLong(in.readInt()), 0xFFFF_FFFEL);
    long mtime = in.readLong();
    int nanos = (int) within(in.readInt(), 999_999_999);
    int count = (int) within(in.readUnsignedShort(), MAX_ATTRIBUTES);
    List<ExtendedAttribute> attributes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String name = text(MAX_NAME).text();
      attributes.add(new ExtendedAttribute(name, bytes((int) within(in.readInt(), MAX_VALUE))));
    }
    return new IndexEntry.Meta(mode, uid, gid, mtime, nanos, attributes);
  }

  private byte[] bytes(int length) throws IOException {
    byte[] bytes = new byte[length];
    in.readFully(bytes);
    return bytes;
  }

  private static long within(long value, long most) throws IOException {
    if (value < 0 || value > most) {
      throw new IOException("the index has the impossible number " + value);
    }
    return value;
  }
}
