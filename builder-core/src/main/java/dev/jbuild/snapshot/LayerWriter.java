package dev.jbuild.snapshot;

import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarWriter;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/// Writes a layer's tree as a tar stream (image-spec `layer.md`): sorted by bytes, parents first,
/// removals as whiteouts.
///
/// The bytes depend on the tree alone: names, types, modes, owners, whole-second times, attributes
/// and contents.
public final class LayerWriter {

  private static final BytePath OPAQUE_MARKER = BytePath.of(".wh..wh..opq");

  private final TarWriter tar;
  private final FileTree below;
  private final Clamp clamp;
  private final Map<Long, BytePath> linked = new HashMap<>();
  private final byte[] buffer = new byte[1 << 16];

  private LayerWriter(TarWriter tar, FileTree below, Clamp clamp) {
    this.tar = tar;
    this.below = below;
    this.clamp = clamp;
  }

  /// Writes the layer in `tree` to `out` and returns the digest of what was written.
  ///
  /// @param below what the layer lies on: removals of what is not there are left out
  public static Digest write(Path tree, FileTree below, Clamp clamp, OutputStream out)
      throws IOException {
    DigestOutputStream digested = new DigestOutputStream(out, Digest.sha256());
    OutputStream buffered = new java.io.BufferedOutputStream(digested, 1 << 16);
    TarWriter tar = new TarWriter(buffered);
    try (DirectoryHandle root = DirectoryHandle.open(tree)) {
      new LayerWriter(tar, below, clamp).writeTree(root);
    }
    tar.end();
    buffered.flush();
    return Digest.of(digested.getMessageDigest());
  }

  private record Open(DirectoryHandle directory, BytePath path, Iterator<BytePath> names) {}

  private void writeTree(DirectoryHandle root) throws IOException {
    Deque<Open> stack = new ArrayDeque<>();
    stack.push(new Open(root, BytePath.EMPTY, root.list().iterator()));
    try {
      while (!stack.isEmpty()) {
        Open top = stack.element();
        if (!top.names.hasNext()) {
          stack.pop();
          if (!stack.isEmpty()) {
            top.directory.close();
          }
          continue;
        }
        BytePath name = top.names.next();
        FileInfo info = top.directory.stat(name).orElseThrow();
        checkName(top.path.resolve(name), info);
        if (info.isDirectory()) {
          stack.push(enter(top, name, info));
        } else {
          writeLeaf(top, name, info);
        }
      }
    } finally {
      while (stack.size() > 1) {
        stack.pop().directory.close();
      }
    }
  }

  private static void checkName(BytePath path, FileInfo info) throws IOException {
    if (path.nameStartsWith(".wh.") && info.type() != FileInfo.SOCKET && !info.isWhiteout()) {
      throw new IOException(
          "/" + path + ": a layer cannot hold a file whose name starts with .wh.");
    }
  }

  private Open enter(Open parent, BytePath name, FileInfo info) throws IOException {
    BytePath path = parent.path.resolve(name);
    begin(path, TarEntry.Type.DIRECTORY, info, 0, BytePath.EMPTY, parent.directory, name);
    if (LayerAttributes.isOpaque(parent.directory, name)
        && below.stat(path).filter(FileStat::isDirectory).isPresent()) {
      whiteout(path.resolve(OPAQUE_MARKER));
    }
    DirectoryHandle directory = parent.directory.directory(name);
    return new Open(directory, path, directory.list().iterator());
  }

  private void writeLeaf(Open parent, BytePath name, FileInfo info) throws IOException {
    BytePath path = parent.path.resolve(name);
    if (info.isWhiteout()) {
      if (below.stat(path).isPresent()) {
        whiteout(parent.path.resolve(".wh." + name.text()));
      }
      return;
    }
    if (info.type() == FileInfo.SOCKET) {
      return;
    }
    if (info.links() > 1) {
      BytePath first = linked.putIfAbsent(info.inode(), path);
      if (first != null) {
        begin(path, TarEntry.Type.HARD_LINK, info, 0, first, parent.directory, name);
        return;
      }
    }
    switch (info.type()) {
      case FileInfo.REGULAR -> writeFile(parent, name, path, info);
      case FileInfo.SYMLINK ->
          begin(
              path,
              TarEntry.Type.SYMLINK,
              info,
              0,
              parent.directory.readLink(name),
              parent.directory,
              name);
      default -> begin(path, type(info), info, 0, BytePath.EMPTY, parent.directory, name);
    }
  }

  private static TarEntry.Type type(FileInfo info) {
    return switch (info.type()) {
      case FileInfo.CHARACTER_DEVICE -> TarEntry.Type.CHARACTER_DEVICE;
      case FileInfo.BLOCK_DEVICE -> TarEntry.Type.BLOCK_DEVICE;
      default -> TarEntry.Type.FIFO;
    };
  }

  private void writeFile(Open parent, BytePath name, BytePath path, FileInfo info)
      throws IOException {
    begin(path, TarEntry.Type.FILE, info, info.size(), BytePath.EMPTY, parent.directory, name);
    try (FileDescriptor file = parent.directory.read(name)) {
      InputStream in = file.input();
      long rest = info.size();
      while (rest > 0) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, rest));
        if (n < 0) {
          throw new IOException("/" + path + " shrank while it was read");
        }
        tar.write(buffer, 0, n);
        rest -= n;
      }
    }
  }

  private void begin(
      BytePath path,
      TarEntry.Type type,
      FileInfo info,
      long size,
      BytePath link,
      DirectoryHandle in,
      BytePath name)
      throws IOException {
    boolean device =
        info.type() == FileInfo.CHARACTER_DEVICE || info.type() == FileInfo.BLOCK_DEVICE;
    List<TarEntry.Attribute> attributes = new ArrayList<>();
    if (type != TarEntry.Type.HARD_LINK) {
      for (FileTree.ExtendedAttribute a : LayerAttributes.read(in, name)) {
        attributes.add(new TarEntry.Attribute(a.name(), a.value()));
      }
    }
    tar.begin(
        new TarEntry(
            path,
            type,
            info.permissions(),
            info.uid(),
            info.gid(),
            size,
            clamp.of(info.mtimeSeconds()),
            link,
            device ? info.deviceMajor() : 0,
            device ? info.deviceMinor() : 0,
            attributes));
  }

  private void whiteout(BytePath path) throws IOException {
    tar.begin(
        new TarEntry(path, TarEntry.Type.FILE, 0, 0, 0, 0, 0, BytePath.EMPTY, 0, 0, List.of()));
  }
}
