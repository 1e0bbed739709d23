package dev.jbuild.cachemount;

import dev.jbuild.linux.BytePath;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/// Writes an index: big-endian numbers, texts and values preceded by their lengths, one letter
/// before each entry. The bytes depend on the entries alone.
final class IndexWriter {

  static final byte[] MAGIC = "jbuild cache mount 1\n".getBytes(StandardCharsets.US_ASCII);

  private final DataOutputStream out;

  /// The caller owns the stream, and gives one that is worth small writes.
  IndexWriter(OutputStream out) throws IOException {
    this.out = new DataOutputStream(out);
    this.out.write(MAGIC);
  }

  void write(IndexEntry entry) throws IOException {
    switch (entry) {
      case IndexEntry.Root(IndexEntry.Meta meta) -> {
        out.write('R');
        meta(meta);
      }
      case IndexEntry.Directory(BytePath name, IndexEntry.Meta meta) -> {
        out.write('D');
        text(name);
        meta(meta);
      }
      case IndexEntry.Leave leave -> out.write('E');
      case IndexEntry.File(BytePath name, IndexEntry.Meta meta, long size, int number) -> {
        out.write('F');
        text(name);
        meta(meta);
        out.writeLong(size);
        out.writeInt(number);
      }
      case IndexEntry.Symlink(BytePath name, IndexEntry.Meta meta, BytePath target) -> {
        out.write('S');
        text(name);
        meta(meta);
        text(target);
      }
      case IndexEntry.Link(BytePath name, int number) -> {
        out.write('L');
        text(name);
        out.writeInt(number);
      }
    }
  }

  private void meta(IndexEntry.Meta meta) throws IOException {
    out.writeShort(meta.mode());
    out.writeInt((int) meta.uid());
    out.writeInt((int) meta.gid());
    out.writeLong(meta.mtime());
    out.writeInt(meta.nanos());
    out.writeShort(meta.attributes().size());
    for (ExtendedAttribute attribute : meta.attributes()) {
      text(BytePath.of(attribute.name()));
      out.writeInt(attribute.value().length);
      out.write(attribute.value());
    }
  }

  private void text(BytePath text) throws IOException {
    byte[] bytes = text.bytes();
    out.writeShort(bytes.length);
    out.write(bytes);
  }
}
