package dev.jbuild.snapshot;

import dev.jbuild.archive.Compression;
import dev.jbuild.linux.BytePath;
import dev.jbuild.snapshot.NodeWriter.Metadata;
import dev.jbuild.snapshot.Selection.Entry;
import dev.jbuild.snapshot.Selection.Source;
import dev.jbuild.snapshot.UpperTree.NewDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Copies selected files into a new layer, as COPY and ADD do: contents of directories merge,
/// existing directories keep their metadata, symbolic links in the destination are followed inside
/// the root.
///
/// The owner closes it after [#finish]. Not safe for several threads.
public final class Copier implements AutoCloseable {

  private final UpperTree tree;
  private final Target target;
  private final NodeWriter nodes;
  private final BytePath destination;
  private final boolean directoryWanted;
  private final Map<FileStat.Identity, BytePath> linked = new HashMap<>();

  /// Where and how files arrive.
  ///
  /// @param destination absolute; a trailing slash or `/.` means a directory
  /// @param owner of everything copied and made; absent: as the source has it, and 0:0 for
  ///   directories made
  /// @param link do not follow symbolic links of the destination
  /// @param epoch time of directories that are made or get new entries, seconds
  public record Target(
      String destination,
      Optional<Owner> owner,
      Optional<ModeChange> mode,
      boolean link,
      long epoch) {}

  public record Owner(long uid, long gid) {}

  /// What `--chmod` makes of a mode.
  @FunctionalInterface
  public interface ModeChange {
    int apply(int mode, boolean directory);
  }

  /// A problem with the destination that the user can mend.
  public static final class BadDestination extends IOException {
    private static final long serialVersionUID = 1L;

    BadDestination(String message) {
      super(message);
    }
  }

  public Copier(FileTree below, Path upper, Target target) throws IOException {
    this.tree = new UpperTree(upper, below);
    this.target = target;
    int directoryMode = target.mode().map(m -> m.apply(0755, true)).orElse(0755);
    this.nodes =
        new NodeWriter(
            tree,
            new NewDirectory(
                target.owner().map(Owner::uid).orElse(0L),
                target.owner().map(Owner::gid).orElse(0L),
                directoryMode,
                target.epoch()));
    BytePath wanted = BytePath.of(target.destination());
    this.directoryWanted =
        wanted.endsWithSlash() || target.destination().endsWith("/.") || wanted.isEmpty();
    this.destination =
        target.link()
            ? BytePath.of(target.destination().substring(1)).normalized()
            : TreePaths.resolve(tree, wanted, true);
    if (!target.link()) {
      TreePaths.requireDirectories(tree, destination);
    }
  }

  /// Makes the destination a directory, as WORKDIR does.
  public void makeDestination() throws IOException {
    checkDirectory(destination);
    if (tree.stat(destination).isEmpty()) {
      nodes.ensureDirectory(destination);
      tree.touched(destination.parent(), target.epoch());
    }
  }

  /// Copies what `item` selected.
  public void copy(CopyItem item, Selection selection) throws IOException {
    boolean several = selection.sources().size() > 1;
    for (Source source : selection.sources()) {
      if (item.parents()) {
        copyWithParents(item, selection, source);
      } else if (source.stat().isDirectory()) {
        copyDirectory(item, selection, source, destination);
      } else if (item.archives() == CopyItem.Archives.KEEP || !unpack(item, source)) {
        place(item, selection, source.path(), source.stat(), fileTarget(source, several));
      }
    }
    if (selection.sources().isEmpty() || (directoryWanted && tree.stat(destination).isEmpty())) {
      makeDestination();
    }
  }

  private BytePath fileTarget(Source source, boolean several) throws IOException {
    boolean into =
        directoryWanted
            || several
            || destination.isEmpty()
            || tree.stat(destination).filter(FileStat::isDirectory).isPresent();
    if (into) {
      checkDirectory(destination);
    }
    return into ? destination.resolve(source.name()) : destination;
  }

  private void checkDirectory(BytePath path) throws IOException {
    if (!path.isEmpty() && tree.stat(path).filter(s -> !s.isDirectory()).isPresent()) {
      throw new BadDestination("cannot copy to non-directory: /" + path);
    }
  }

  private void copyWithParents(CopyItem item, Selection selection, Source source)
      throws IOException {
    checkDirectory(destination);
    BytePath at = destination;
    for (Entry kept : source.kept()) {
      at = destination.resolve(kept.relative());
      place(item, selection, kept.path(), kept.stat(), at);
    }
    BytePath end = at.resolve(source.name());
    if (source.name().isEmpty() && source.stat().isDirectory()) {
      copyDirectory(item, selection, source, end);
    } else if (source.stat().isDirectory()) {
      place(item, selection, source.path(), source.stat(), end);
      copyDirectory(item, selection, source, end);
    } else {
      place(item, selection, source.path(), source.stat(), end);
    }
  }

  private void copyDirectory(CopyItem item, Selection selection, Source source, BytePath to)
      throws IOException {
    checkDirectory(to);
    if (!to.isEmpty() && tree.stat(to).isEmpty()) {
      nodes.ensureDirectory(to);
      tree.touched(to.parent(), target.epoch());
    }
    for (Entry entry : source.below()) {
      place(item, selection, entry.path(), entry.stat(), to.resolve(entry.relative()));
    }
  }

  /// Copies one file, or makes one directory that does not exist yet.
  private void place(CopyItem item, Selection selection, BytePath from, FileStat stat, BytePath to)
      throws IOException {
    Optional<FileStat> present = tree.stat(to);
    if (stat.isDirectory()) {
      checkDirectory(to);
      if (present.isEmpty()) {
        nodes.directory(to, metadata(item, from, stat));
      }
      return;
    }
    if (present.filter(FileStat::isDirectory).isPresent()) {
      throw new BadDestination("cannot replace to directory /" + to + " with file");
    }
    BytePath first = stat.links() > 1 ? linked.putIfAbsent(stat.identity(), to) : null;
    if (first != null && tree.own(first).isPresent() && !first.equals(to)) {
      nodes.link(to, first);
      return;
    }
    Metadata meta = metadata(item, from, stat);
    switch (stat.type()) {
      case FILE -> {
        try (InputStream in = item.tree().open(from)) {
          nodes.file(to, meta, in, Optional.ofNullable(selection.contents().get(from)));
        }
      }
      case SYMLINK -> nodes.symlink(to, item.tree().readLink(from), meta);
      case SOCKET -> {}
      default -> nodes.node(to, stat.type(), stat.device(), meta);
    }
  }

  private Metadata metadata(CopyItem item, BytePath from, FileStat stat) throws IOException {
    int mode = target.mode().map(m -> m.apply(stat.mode(), stat.isDirectory())).orElse(stat.mode());
    return new Metadata(
        mode,
        target.owner().map(Owner::uid).orElse(stat.uid()),
        target.owner().map(Owner::gid).orElse(stat.gid()),
        stat.mtimeSeconds(),
        item.tree().attributes(from));
  }

  private boolean unpack(CopyItem item, Source source) throws IOException {
    boolean must = item.archives() == CopyItem.Archives.UNPACK;
    if (!source.stat().isFile()) {
      return false;
    }
    try (InputStream raw = item.tree().open(source.path())) {
      Optional<InputStream> tar = Compression.openTar(raw);
      if (tar.isEmpty()) {
        if (must) {
          throw new BadDestination("/" + source.path() + " is not a tar archive");
        }
        return false;
      }
      makeDestination();
      ArchiveExtractor.extract(tar.get(), tree, nodes, destination, target.owner());
      return true;
    }
  }

  /// Gives directories their times. Nothing can be copied afterwards.
  public void finish() throws IOException {
    tree.finish();
  }

  @Override
  public void close() throws IOException {
    tree.close();
  }
}
