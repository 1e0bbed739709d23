package dev.jbuild.snapshot;

import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarReader;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import dev.jbuild.snapshot.NodeWriter.Metadata;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/// Unpacks a tar archive below a directory of a layer being made, as ADD does. Names cannot lead
/// out of the root.
final class ArchiveExtractor {

  private final TarReader tar;
  private final UpperTree tree;
  private final NodeWriter nodes;
  private final BytePath root;
  private final Optional<Copier.Owner> owner;

  private ArchiveExtractor(
      TarReader tar,
      UpperTree tree,
      NodeWriter nodes,
      BytePath root,
      Optional<Copier.Owner> owner) {
    this.tar = tar;
    this.tree = tree;
    this.nodes = nodes;
    this.root = root;
    this.owner = owner;
  }

  static void extract(
      InputStream plain,
      UpperTree tree,
      NodeWriter nodes,
      BytePath root,
      Optional<Copier.Owner> owner)
      throws IOException {
    ArchiveExtractor extractor =
        new ArchiveExtractor(new TarReader(plain), tree, nodes, root, owner);
    for (Optional<TarEntry> entry = extractor.tar.next();
        entry.isPresent();
        entry = extractor.tar.next()) {
      extractor.entry(entry.get());
    }
  }

  private void entry(TarEntry entry) throws IOException {
    BytePath name = BytePath.of("/").resolve(entry.name()).normalized();
    if (name.equals(BytePath.ROOT)) {
      return;
    }
    BytePath path = place(name);
    TreePaths.requireDirectories(tree, path);
    Optional<FileStat> present = tree.stat(path);
    if (entry.type() == TarEntry.Type.DIRECTORY) {
      if (present.filter(s -> !s.isDirectory()).isPresent()) {
        tree.removeOwn(path);
      }
      nodes.directory(path, metadata(entry));
      return;
    }
    boolean overDirectory = present.filter(FileStat::isDirectory).isPresent();
    if (overDirectory && !tree.list(path).isEmpty()) {
      throw new Copier.BadDestination(
          "cannot replace directory /" + path + " with the archive's " + entry.name());
    }
    switch (entry.type()) {
      case FILE -> nodes.file(path, metadata(entry), LayerUnpacker.content(tar), Optional.empty());
      case SYMLINK -> nodes.symlink(path, entry.link(), metadata(entry));
      case HARD_LINK -> link(path, entry);
      default ->
          nodes.node(
              path,
              LayerUnpacker.type(entry),
              new FileStat.Device(entry.deviceMajor(), entry.deviceMinor()),
              metadata(entry));
    }
  }

  /// Parents may be symbolic links inside the root; the last component is replaced, not followed.
  private BytePath place(BytePath name) throws IOException {
    return TreePaths.resolve(tree, root.resolve(name), false);
  }

  private void link(BytePath path, TarEntry entry) throws IOException {
    BytePath source = place(BytePath.of("/").resolve(entry.link()).normalized());
    if (source.equals(path)) {
      return;
    }
    Optional<FileInfo> own = tree.own(source);
    if (own.isPresent() && !own.get().isDirectory() && !own.get().isWhiteout()) {
      nodes.link(path, source);
      return;
    }
    FileStat stat =
        tree.stat(source)
            .filter(FileStat::isFile)
            .orElseThrow(() ->
                new Copier.BadDestination(
                    "hard link "
                        + entry.name()
                        + " names "
                        + entry.link()
                        + ", which is not there"));
    List<ExtendedAttribute> attributes = tree.attributes(source);
    try (InputStream in = tree.open(source)) {
      nodes.file(
          path,
          new Metadata(stat.mode(), stat.uid(), stat.gid(), stat.mtimeSeconds(), attributes),
          in,
          Optional.empty());
    }
  }

  private Metadata metadata(TarEntry entry) {
    return new Metadata(
        entry.mode(),
        owner.map(Copier.Owner::uid).orElse(entry.uid()),
        owner.map(Copier.Owner::gid).orElse(entry.gid()),
        entry.mtime(),
        LayerUnpacker.attributes(entry));
  }
}
