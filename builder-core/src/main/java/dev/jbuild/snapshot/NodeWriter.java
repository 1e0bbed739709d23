package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import dev.jbuild.snapshot.UpperTree.NewDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;

/// Puts single files into a layer being made. Paths must be free of symbolic links. Not safe for
/// several threads.
final class NodeWriter {

  private final UpperTree tree;
  private final NewDirectory parents;
  private final byte[] buffer = new byte[1 << 16];

  /// @param parents how missing parents are made; its time is also that of directories that get new
  ///   entries
  NodeWriter(UpperTree tree, NewDirectory parents) {
    this.tree = tree;
    this.parents = parents;
  }

  /// Everything of a file but its name and content. The time is whole seconds.
  record Metadata(int mode, long uid, long gid, long mtime, List<ExtendedAttribute> attributes) {}

  private void put(BytePath path, UpperTree.Make make) throws IOException {
    tree.put(path, parents, make);
    tree.touched(path.parent(), parents.mtime());
  }

  void directory(BytePath path, Metadata meta) throws IOException {
    if (tree.own(path).filter(FileInfo::isDirectory).isEmpty()) {
      boolean covers = tree.own(path).isPresent() || tree.stat(path).isPresent();
      put(path, (parent, name) -> parent.makeDirectory(name, 0700));
      tree.madeDirectory(path, covers);
    }
    tree.in(path, (parent, name) -> finish(parent, name, meta));
    tree.directoryTime(path, meta.mtime());
  }

  /// Makes sure that there is a directory, and leaves one that is there as it is.
  void ensureDirectory(BytePath path) throws IOException {
    tree.makeDirectory(path, parents);
  }

  /// @param expected digest the content must have; what was read meanwhile by others must be this
  void file(BytePath path, Metadata meta, InputStream content, Optional<Digest> expected)
      throws IOException {
    put(
        path,
        (parent, name) -> {
          try (FileDescriptor file = parent.create(name)) {
            Digest digest = copy(content, file);
            if (expected.filter(d -> !d.equals(digest)).isPresent()) {
              throw new IOException("/" + path + " changed while it was read");
            }
            file.owner(meta.uid(), meta.gid());
            file.mode(meta.mode());
            attributes(parent, name, meta);
            file.times(meta.mtime(), 0);
          }
        });
  }

  private Digest copy(InputStream from, FileDescriptor to) throws IOException {
    MessageDigest state = Digest.sha256();
    OutputStream out = to.output();
    for (int n = from.read(buffer); n >= 0; n = from.read(buffer)) {
      state.update(buffer, 0, n);
      out.write(buffer, 0, n);
    }
    return Digest.of(state);
  }

  void symlink(BytePath path, BytePath target, Metadata meta) throws IOException {
    put(
        path,
        (parent, name) -> {
          parent.makeSymlink(target, name);
          parent.owner(name, meta.uid(), meta.gid());
          attributes(parent, name, meta);
          parent.times(name, meta.mtime(), 0);
        });
  }

  /// A device or fifo.
  void node(BytePath path, FileStat.Type type, FileStat.Device device, Metadata meta)
      throws IOException {
    put(
        path,
        (parent, name) -> {
          parent.makeNode(name, Stats.format(type) | 0600, device.major(), device.minor());
          finish(parent, name, meta);
        });
  }

  /// A hard link to a file of this layer.
  void link(BytePath path, BytePath existing) throws IOException {
    put(
        path,
        (parent, name) -> {
          try (DirectoryHandle from = tree.handle().directory(existing.parent())) {
            parent.makeLink(from, existing.name(), name);
          }
        });
  }

  /// Hides what is below at `path`.
  void whiteout(BytePath path) throws IOException {
    put(path, DirectoryHandle::makeWhiteout);
  }

  private static void finish(DirectoryHandle parent, BytePath name, Metadata meta)
      throws IOException {
    parent.owner(name, meta.uid(), meta.gid());
    parent.mode(name, meta.mode());
    attributes(parent, name, meta);
    parent.times(name, meta.mtime(), 0);
  }

  private static void attributes(DirectoryHandle parent, BytePath name, Metadata meta)
      throws IOException {
    for (ExtendedAttribute attribute : meta.attributes()) {
      LayerAttributes.write(parent, name, attribute.name(), attribute.value());
    }
  }
}
