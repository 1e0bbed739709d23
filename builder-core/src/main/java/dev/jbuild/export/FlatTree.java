package dev.jbuild.export;

import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.CopyItem;
import dev.jbuild.snapshot.DigestMemo;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.PathFilter;
import dev.jbuild.snapshot.Selector;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The files of an image in one directory.
final class FlatTree {

  private FlatTree() {}

  static void copy(FileTree tree, Path into) throws IOException {
    CopyItem all =
        new CopyItem(
            tree, "", false, (p, n) -> false, PathFilter.ALL, false, CopyItem.Archives.KEEP);
    Copier.Target target = new Copier.Target("/", Optional.empty(), Optional.empty(), false, 0);
    try (LayerStack nothing = LayerStack.open(List.of());
        Copier copier = new Copier(nothing, into, target)) {
      copier.copy(all, Selector.select(all, DigestMemo.NONE));
      copier.finish();
    }
  }
}
