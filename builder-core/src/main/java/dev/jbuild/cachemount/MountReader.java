package dev.jbuild.cachemount;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.snapshot.LayerAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Reads a directory into an index and the contents of its files. Sorted by bytes, so that equal
/// directories are equal streams. Sockets, pipes and devices are left out; so is what vanishes
/// while it is read, and a file that changes is saved as it was read.
final class MountReader {

  private final IndexWriter index;
  private final OutputStream content;
  private final SizeCap cap;
  private final Map<Long, Integer> linked = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];

  private MountReader(IndexWriter index, OutputStream content, SizeCap cap) {
    this.index = index;
    this.content = content;
    this.cap = cap;
  }

  /// Writes both streams and closes neither.
  ///
  /// @param mostBytes of content; what was changed longest ago is left out
  static void read(Path directory, long mostBytes, OutputStream index, OutputStream content)
      throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(directory)) {
      SizeCap cap = mostBytes == Long.MAX_VALUE ? SizeCap.none() : SizeCap.of(root, mostBytes);
      MountReader reader = new MountReader(new IndexWriter(index), content, cap);
      FileInfo info = root.stat(BytePath.EMPTY).orElseThrow();
      reader.index.write(new IndexEntry.Root(reader.meta(root, BytePath.EMPTY, info)));
      reader.entries(root, 1);
    }
  }

  private void entries(DirectoryHandle directory, int depth) throws IOException {
    if (depth > IndexReader.MAX_DEPTH) {
      throw new IOException("more than " + IndexReader.MAX_DEPTH + " directories in another");
    }
    for (BytePath name : directory.list()) {
      Optional<FileInfo> info = directory.stat(name);
      if (info.isPresent()) {
        try {
          entry(directory, name, info.get(), depth);
        } catch (LinuxException e) {
          if (e.errno() != Errno.ENOENT) {
            throw e;
          }
        }
      }
    }
    index.write(new IndexEntry.Leave());
  }

  private void entry(DirectoryHandle in, BytePath name, FileInfo info, int depth)
      throws IOException {
    switch (info.type()) {
      case FileInfo.DIRECTORY -> {
        IndexEntry.Meta meta = meta(in, name, info);
        try (DirectoryHandle below = in.directory(name)) {
          index.write(new IndexEntry.Directory(name, meta));
          entries(below, depth + 1);
        }
      }
      case FileInfo.REGULAR -> file(in, name, info);
      case FileInfo.SYMLINK ->
          index.write(new IndexEntry.Symlink(name, meta(in, name, info), in.readLink(name)));
      default -> {}
    }
  }

  private IndexEntry.Meta meta(DirectoryHandle in, BytePath name, FileInfo info)
      throws IOException {
    return IndexEntry.Meta.of(info, LayerAttributes.read(in, name));
  }

  private void file(DirectoryHandle in, BytePath name, FileInfo info) throws IOException {
    Integer first = info.links() > 1 ? linked.get(info.inode()) : null;
    if (first != null) {
      index.write(new IndexEntry.Link(name, first));
      return;
    }
    if (!cap.keeps(info)) {
      return;
    }
    IndexEntry.Meta meta = meta(in, name, info);
    long size = 0;
    try (FileDescriptor file = in.read(name)) {
      InputStream bytes = file.input();
      while (size < info.size()) {
        int n = bytes.read(buffer, 0, (int) Math.min(buffer.length, info.size() - size));
        if (n < 0) {
          break;
        }
        content.write(buffer, 0, n);
        size += n;
      }
    }
    int number = 0;
    if (info.links() > 1) {
      number = linked.size() + 1;
      linked.put(info.inode(), number);
    }
    index.write(new IndexEntry.File(name, meta, size, number));
  }
}
