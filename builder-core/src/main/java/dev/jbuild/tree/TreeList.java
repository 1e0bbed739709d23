package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.FileInfo;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/// All files of a tree at one time, as a [TreeLister] tells them: some hundred bytes a file, which
/// are compared as they are where nothing changed. For one thread at a time.
final class TreeList {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private static final int HEAD = 8;
  private static final int INODE = 0;
  private static final int SIZE = 8;
  private static final int CHANGED = 16;
  private static final int MODIFIED = 24;
  private static final int BORN = 32;
  private static final int CHANGED_NANOS = 40;
  private static final int MODIFIED_NANOS = 44;
  private static final int BORN_NANOS = 48;
  private static final int MODE = 52;
  private static final int LINKS = 56;
  private static final int USER = 60;
  private static final int GROUP = 64;
  private static final int MAJOR = 68;
  private static final int MINOR = 72;
  private static final int BELOW = 76;
  private static final int NAME_LENGTH = 80;
  private static final int NAME = 84;

  /// Size of a record without its name.
  private static final int RECORD = 88;

  private final byte[] bytes;

  TreeList(byte[] bytes) {
    this.bytes = bytes;
  }

  /// The directory that was listed.
  Block root() {
    return new Block(0, bytes.length);
  }

  private long longAt(int at) {
    return (long) LONG.get(bytes, at);
  }

  private int intAt(int at) {
    return (int) INT.get(bytes, at);
  }

  /// What is in one directory and below.
  final class Block {
    private final int start;
    private final int end;

    private Block(int start, int end) {
      this.start = start;
      this.end = end;
    }

    /// The entries by name.
    Map<BytePath, Entry> entries() {
      Map<BytePath, Entry> entries = new LinkedHashMap<>();
      if (start == end) {
        return entries;
      }
      int records = start + HEAD + (int) longAt(start);
      int below = records;
      for (int at = start + HEAD; at < records; ) {
        int name = intAt(at + NAME_LENGTH);
        int length = intAt(at + BELOW);
        int next = at + ((RECORD + name + 8) & ~7);
        entries.put(
            BytePath.ofBytes(bytes, at + NAME, name),
            new Entry(at, next, new Block(below, below + length)));
        below += length;
        at = next;
      }
      return entries;
    }

    /// Whether nothing at all is different in the other.
    boolean isSame(Block other) {
      return Arrays.equals(bytes, start, end, other.bytes(), other.start, other.end);
    }

    private byte[] bytes() {
      return bytes;
    }
  }

  /// One entry of a directory.
  final class Entry {
    private final int at;
    private final int end;
    private final Block below;

    private Entry(int at, int end, Block below) {
      this.at = at;
      this.end = end;
      this.below = below;
    }

    /// What is in it; nothing for what is no directory.
    Block below() {
      return below;
    }

    /// What it is, without its file system and its blocks on disk.
    FileInfo info() {
      return new FileInfo(
          intAt(at + MODE),
          intAt(at + LINKS),
          Integer.toUnsignedLong(intAt(at + USER)),
          Integer.toUnsignedLong(intAt(at + GROUP)),
          longAt(at + INODE),
          longAt(at + SIZE),
          longAt(at + MODIFIED),
          intAt(at + MODIFIED_NANOS),
          longAt(at + CHANGED),
          intAt(at + CHANGED_NANOS),
          intAt(at + MAJOR),
          intAt(at + MINOR),
          0,
          0,
          0,
          longAt(at + BORN) * 1_000_000_000L + intAt(at + BORN_NANOS));
    }

    /// Whether nothing at all is different in the other or below it.
    boolean isSame(Entry other) {
      return Arrays.equals(bytes, at, end, other.bytes(), other.at, other.end)
          && below.isSame(other.below);
    }

    /// Notes that the times of the file are these now.
    void times(FileInfo now) {
      LONG.set(bytes, at + MODIFIED, now.mtimeSeconds());
      INT.set(bytes, at + MODIFIED_NANOS, now.mtimeNanos());
      LONG.set(bytes, at + CHANGED, now.ctimeSeconds());
      INT.set(bytes, at + CHANGED_NANOS, now.ctimeNanos());
    }

    private byte[] bytes() {
      return bytes;
    }
  }
}
