package dev.jbuild.execute;

import dev.jbuild.content.TempSpace;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Clamp;
import dev.jbuild.snapshot.FileStat;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerWriter;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// A layer on its way: an empty directory that is filled and then becomes a tree of the store, or
/// is removed.
final class NewLayer implements AutoCloseable {

  private final LayerTrees trees;
  private final Snapshot base;
  private final FileTree below;
  private final Path upper;
  private boolean kept;

  /// @param below the files of `base`
  NewLayer(LayerTrees trees, TempSpace temp, Snapshot base, FileTree below) throws IOException {
    this.trees = trees;
    this.base = base;
    this.below = below;
    this.upper = temp.directory("upper");
    Optional<FileStat> root = below.stat(BytePath.EMPTY);
    try (DirectoryHandle parent = DirectoryHandle.open(upper.resolveSibling("."))) {
      BytePath name = BytePath.of(upper.getFileName().toString());
      parent.mode(name, root.filter(r -> !base.hostBelow()).map(FileStat::mode).orElse(0755));
    }
  }

  Path upper() {
    return upper;
  }

  /// Names the layer by its content and puts it into the store, unless `guard` finds a secret in
  /// it.
  Snapshot keep(Instant epoch, LeakGuard guard) throws IOException {
    Digest diffId = LayerWriter.write(upper, below, Clamp.NONE, guard.layerSink());
    guard.checkLayer(upper);
    trees.adopt(upper, base.next(diffId));
    kept = true;
    return base.plus(diffId, epoch);
  }

  /// Names the layer by its content and puts it into the store.
  Snapshot keep(Instant epoch) throws IOException {
    Digest diffId = LayerWriter.write(upper, below, Clamp.NONE, OutputStream.nullOutputStream());
    trees.adopt(upper, base.next(diffId));
    kept = true;
    return base.plus(diffId, epoch);
  }

  /// The same for a layer on nothing that removes nothing and has all its parents: it is the same
  /// tree wherever it lies.
  Snapshot keepForAnywhere(Instant epoch) throws IOException {
    Digest diffId = LayerWriter.write(upper, below, Clamp.NONE, OutputStream.nullOutputStream());
    trees.adoptForAnywhere(upper, diffId);
    kept = true;
    return base.plus(diffId, epoch);
  }

  @Override
  public void close() throws IOException {
    if (!kept) {
      TreeRemover.remove(upper);
    }
  }
}
