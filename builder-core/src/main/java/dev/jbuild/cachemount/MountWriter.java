package dev.jbuild.cachemount;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import dev.jbuild.snapshot.LayerAttributes;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/// Makes a directory of an index and the contents of its files, both untrusted. Each entry is made
/// by its name in a directory that was itself made here and is held open; nothing is followed and
/// nothing that is there is replaced.
final class MountWriter {

  private final InputStream content;
  private final Deque<Open> open = new ArrayDeque<>();
  private final Map<Integer, BytePath> linked = new HashMap<>();
  private final DirectoryHandle root;
  private final byte[] buffer = new byte[1 << 16];

  private record Open(
      DirectoryHandle in,
      BytePath name,
      DirectoryHandle handle,
      IndexEntry.Meta meta,
      BytePath path) {}

  private MountWriter(DirectoryHandle root, InputStream content) {
    this.root = root;
    this.content = content;
  }

  /// @param into an empty directory
  static void write(InputStream index, InputStream content, Path into) throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(into)) {
      MountWriter writer = new MountWriter(root, content);
      try {
        new IndexReader(index).read(writer::entry);
      } finally {
        writer.closeAll();
      }
      if (content.read() >= 0) {
        throw new IOException("there is more content than the index says");
      }
    }
  }

  private void closeAll() throws IOException {
    for (Open left : open) {
      if (left.handle != root) {
        left.handle.close();
      }
    }
  }

  private void entry(IndexEntry entry) throws IOException {
    switch (entry) {
      case IndexEntry.Root(IndexEntry.Meta meta) ->
          open.push(new Open(root, BytePath.EMPTY, root, meta, BytePath.EMPTY));
      case IndexEntry.Directory(BytePath name, IndexEntry.Meta meta) -> {
        Open in = open.element();
        in.handle.makeDirectory(name, 0700);
        open.push(
            new Open(in.handle, name, in.handle.directory(name), meta, in.path.resolve(name)));
      }
      case IndexEntry.Leave leave -> leave();
      case IndexEntry.File file -> file(file);
      case IndexEntry.Symlink(BytePath name, IndexEntry.Meta meta, BytePath target) -> {
        DirectoryHandle in = open.element().handle;
        in.makeSymlink(target, name);
        in.owner(name, meta.uid(), meta.gid());
        attributes(in, name, meta);
        in.times(name, meta.mtime(), meta.nanos());
      }
      case IndexEntry.Link(BytePath name, int number) -> link(name, number);
    }
  }

  /// A directory gets its mode and time when nothing more comes into it.
  private void leave() throws IOException {
    Open done = open.element();
    BytePath name = done.handle == root ? BytePath.of(".") : done.name;
    done.in.owner(name, done.meta.uid(), done.meta.gid());
    done.in.mode(name, done.meta.mode());
    attributes(done.in, name, done.meta);
    done.in.times(name, done.meta.mtime(), done.meta.nanos());
    open.pop();
    if (done.handle != root) {
      done.handle.close();
    }
  }

  private void file(IndexEntry.File file) throws IOException {
    Open in = open.element();
    try (FileDescriptor made = in.handle.create(file.name())) {
      OutputStream out = made.output();
      long rest = file.size();
      while (rest > 0) {
        int n = content.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (n < 0) {
          throw new IOException("the content ends within " + in.path.resolve(file.name()));
        }
        out.write(buffer, 0, n);
        rest -= n;
      }
      made.owner(file.meta().uid(), file.meta().gid());
      made.mode(file.meta().mode());
    }
    attributes(in.handle, file.name(), file.meta());
    in.handle.times(file.name(), file.meta().mtime(), file.meta().nanos());
    if (file.number() != 0) {
      linked.put(file.number(), in.path.resolve(file.name()));
    }
  }

  private void link(BytePath name, int number) throws IOException {
    BytePath first = linked.get(number);
    if (first == null) {
      throw new IOException("the hard link " + name + " has no file before it");
    }
    try (DirectoryHandle from = root.directory(first.parent())) {
      open.element().handle.makeLink(from, first.name(), name);
    }
  }

  private static void attributes(DirectoryHandle in, BytePath name, IndexEntry.Meta meta)
      throws IOException {
    for (ExtendedAttribute attribute : meta.attributes()) {
      LayerAttributes.write(in, name, attribute.name(), attribute.value());
    }
  }
}
