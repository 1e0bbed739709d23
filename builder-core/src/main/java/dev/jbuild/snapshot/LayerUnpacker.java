package dev.jbuild.snapshot;

import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarReader;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.Identity;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import dev.jbuild.snapshot.NodeWriter.Metadata;
import dev.jbuild.snapshot.UpperTree.NewDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Unpacks one layer into a directory of its own, in overlay form (image-spec `layer.md`, Applying
/// Changesets).
///
/// The stream is untrusted: names and links stay inside the directory, whatever earlier entries
/// laid there.
public final class LayerUnpacker {

  private static final BytePath OPAQUE_MARKER = BytePath.of(".wh..wh..opq");
  private static final String WHITEOUT = ".wh.";
  private static final String AUFS = ".wh..wh.";

  private final TarReader tar;
  private final FileTree below;
  private final UpperTree own;
  private final NodeWriter nodes;
  private boolean rootIsOpaque;

  private LayerUnpacker(TarReader tar, FileTree below, UpperTree own) {
    this.tar = tar;
    this.below = below;
    this.own = own;
    this.nodes = new NodeWriter(own, new NewDirectory(0, 0, 0755, 0));
  }

  /// Unpacks a plain tar stream.
  ///
  /// @param below the layers below: gives metadata to directories that the layer implies, and
  ///   content to hard links that name a file of a lower layer
  /// @param into an empty directory
  public static void unpack(InputStream plain, FileTree below, Path into) throws IOException {
    TarReader tar = new TarReader(plain);
    try (UpperTree own = new UpperTree(into, below)) {
      LayerUnpacker unpacker = new LayerUnpacker(tar, below, own);
      for (Optional<TarEntry> entry = tar.next(); entry.isPresent(); entry = tar.next()) {
        unpacker.entry(entry.get());
      }
      if (unpacker.rootIsOpaque) {
        unpacker.hideAllBelow();
      }
      own.finish();
    }
  }

  private void entry(TarEntry entry) throws IOException {
    BytePath name = BytePath.of("/").resolve(entry.name()).normalized();
    if (escapes(entry.name())) {
      throw new IOException("the layer's entry '" + entry.name() + "' leads out of the root");
    }
    if (name.equals(BytePath.ROOT) || isAufs(name)) {
      return;
    }
    BytePath path = inside(name);
    if (path.name().equals(OPAQUE_MARKER)) {
      opaque(path.parent());
    } else if (path.name().nameStartsWith(WHITEOUT)) {
      whiteout(path);
    } else {
      put(path, entry);
    }
  }

  /// Bookkeeping of aufs that old layers hold, `.wh..wh.plnk/` and the like, is no content.
  private static boolean isAufs(BytePath name) {
    return name.components().stream()
        .anyMatch(part -> part.nameStartsWith(AUFS) && !part.equals(OPAQUE_MARKER));
  }

  static boolean escapes(BytePath name) {
    int depth = 0;
    for (BytePath part : name.components()) {
      if (part.equals(BytePath.of(".."))) {
        depth--;
      } else if (!part.equals(BytePath.of("."))) {
        depth++;
      }
      if (depth < 0) {
        return true;
      }
    }
    return false;
  }

  /// Parents are followed within this layer only: what lies below cannot redirect it.
  private BytePath inside(BytePath name) throws IOException {
    return TreePaths.resolve(new OwnTree(own), name, false);
  }

  private void opaque(BytePath directory) throws IOException {
    if (directory.isEmpty()) {
      rootIsOpaque = true;
    } else {
      nodes.ensureDirectory(directory);
      LayerAttributes.makeOpaque(own.handle(), directory);
    }
  }

  /// An overlay does not look at its root's attribute: each name that is below is hidden for
  /// itself.
  private void hideAllBelow() throws IOException {
    for (BytePath name : below.list(BytePath.EMPTY)) {
      hide(name);
    }
  }

  private void whiteout(BytePath marker) throws IOException {
    BytePath name = BytePath.of(marker.name().text().substring(WHITEOUT.length()));
    // `.wh...` would name the parent directory, at the root the one that holds this tree.
    if (name.isEmpty() || name.normalized().isEmpty()) {
      throw new IOException("the layer's whiteout '" + marker + "' names no entry");
    }
    hide(marker.parent().resolve(name));
  }

  private void hide(BytePath hidden) throws IOException {
    // Whiteouts act on lower layers only: what this layer has itself stays, and hides what is
    // below.
    Optional<FileInfo> present = own.own(hidden);
    if (present.isEmpty()) {
      nodes.whiteout(hidden);
    } else if (present.get().isDirectory()) {
      LayerAttributes.makeOpaque(own.handle(), hidden);
    }
  }

  private void put(BytePath path, TarEntry entry) throws IOException {
    Optional<FileInfo> present = own.own(path);
    switch (entry.type()) {
      case DIRECTORY -> {
        boolean hides = present.filter(FileInfo::isWhiteout).isPresent();
        nodes.directory(path, metadata(entry));
        if (hides) {
          LayerAttributes.makeOpaque(own.handle(), path);
        }
      }
      case FILE -> nodes.file(path, metadata(entry), content(tar), Optional.empty());
      case SYMLINK -> nodes.symlink(path, entry.link(), metadata(entry));
      case HARD_LINK -> link(path, entry);
      default -> node(path, entry);
    }
  }

  private void node(BytePath path, TarEntry entry) throws IOException {
    FileStat.Device device = new FileStat.Device(entry.deviceMajor(), entry.deviceMinor());
    try {
      nodes.node(path, type(entry), device, metadata(entry));
    } catch (LinuxException e) {
      if (e.errno() != Errno.EPERM || entry.type() == TarEntry.Type.FIFO) {
        throw e;
      }
      if (Identity.isConfinedRoot()) {
        // Root's own trees are used here, which do not lack it.
        throw new Unavailable(
            Problem.error(
                    "DeviceInLayer",
                    "the device " + path + " of a layer cannot be made in a user namespace")
                .help(
                    "have the machine's root register the emulator (systemctl restart"
                        + " systemd-binfmt): then no namespace is needed"));
      }
      // A user namespace may make no devices: as in other rootless builders the tree lacks it. The
      // layer itself keeps it.
      nodes.whiteout(path);
    }
  }

  private void link(BytePath path, TarEntry entry) throws IOException {
    BytePath source = inside(BytePath.of("/").resolve(entry.link()).normalized());
    if (source.equals(path)) {
      return;
    }
    Optional<FileInfo> present = own.own(source);
    if (present.isPresent() && !present.get().isDirectory() && !present.get().isWhiteout()) {
      nodes.link(path, source);
      return;
    }
    BytePath lower = TreePaths.resolve(own, source, false);
    FileStat stat =
        own.stat(lower)
            .filter(FileStat::isFile)
            .orElseThrow(() ->
                new IOException(
                    "the layer's hard link '"
                        + entry.name()
                        + "' names '"
                        + entry.link()
                        + "', which is no file"));
    try (InputStream in = own.open(lower)) {
      nodes.file(
          path,
          new Metadata(
              stat.mode(), stat.uid(), stat.gid(), stat.mtimeSeconds(), own.attributes(lower)),
          in,
          Optional.empty());
    }
  }

  private static Metadata metadata(TarEntry entry) {
    return new Metadata(entry.mode(), entry.uid(), entry.gid(), entry.mtime(), attributes(entry));
  }

  static List<ExtendedAttribute> attributes(TarEntry entry) {
    return entry.attributes().stream()
        .map(a -> new ExtendedAttribute(a.name(), a.value()))
        .toList();
  }

  static FileStat.Type type(TarEntry entry) {
    return switch (entry.type()) {
      case CHARACTER_DEVICE -> FileStat.Type.CHARACTER_DEVICE;
      case BLOCK_DEVICE -> FileStat.Type.BLOCK_DEVICE;
      default -> FileStat.Type.FIFO;
    };
  }

  /// The content of the reader's present member as a stream.
  static InputStream content(TarReader tar) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
      }

      @Override
      public int read(byte[] into, int offset, int length) throws IOException {
        return tar.read(into, offset, length);
      }
    };
  }

  /// What the layer itself has, without what lies below.
  private record OwnTree(UpperTree tree) implements FileTree {
    @Override
    public Optional<FileStat> stat(BytePath path) throws IOException {
      return tree.own(path).filter(i -> !i.isWhiteout()).map(i -> Stats.of(i, false));
    }

    @Override
    public List<BytePath> list(BytePath directory) throws IOException {
      return tree.list(directory);
    }

    @Override
    public BytePath readLink(BytePath path) throws IOException {
      return tree.handle().readLink(path);
    }

    @Override
    public InputStream open(BytePath path) throws IOException {
      return tree.open(path);
    }

    @Override
    public List<ExtendedAttribute> attributes(BytePath path) throws IOException {
      return tree.attributes(path);
    }
  }
}
