package dev.jbuild.execute;

import dev.jbuild.cache.explain.FileLists;
import dev.jbuild.content.TempSpace;
import dev.jbuild.linux.BytePath;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.snapshot.FileStat;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.Selection;
import java.io.IOException;

/// Keeps lists of the files that steps take from outside, so that a later miss can name those that
/// changed.
final class SelectedFiles {

  private final Selections selections;
  private final FileLists lists;
  private final TempSpace temp;

  SelectedFiles(Selections selections, FileLists lists, TempSpace temp) {
    this.selections = selections;
    this.lists = lists;
    this.temp = temp;
  }

  /// Keeps the lists of a step; what it takes has been selected before.
  void keep(Step step) throws IOException {
    switch (step) {
      case Step.Copy copy -> {
        for (CopySpec.Item item : copy.spec().items()) {
          if (item.from() instanceof Step.Source source) {
            keep(source, item);
          }
        }
      }
      case Step.Run run -> {
        for (RunSpec.MountSpec mount : run.spec().mounts()) {
          if (mount.from().isPresent() && mount.from().get() instanceof Step.Source source) {
            keep(source, Selections.mountItem(mount));
          }
        }
      }
      default -> {}
    }
  }

  private void keep(Step.Source source, CopySpec.Item item) throws IOException {
    Selection selection = selections.ofSource(source, item);
    FileTree tree = selections.tree(source);
    lists.put(selection.digest(), temp.next("files"), sink -> tell(selection, tree, sink));
  }

  private static void tell(Selection selection, FileTree tree, FileLists.Sink sink)
      throws IOException {
    for (Selection.Source source : selection.sources()) {
      tell(source.path(), source.stat(), selection, tree, sink);
      for (Selection.Entry entry : source.below()) {
        tell(entry.path(), entry.stat(), selection, tree, sink);
      }
    }
  }

  private static void tell(
      BytePath path, FileStat stat, Selection selection, FileTree tree, FileLists.Sink sink)
      throws IOException {
    switch (stat.type()) {
      case DIRECTORY -> sink.file('d', stat.mode(), "-", path.text());
      case SYMLINK ->
          sink.file('l', stat.mode(), Digest.of(tree.readLink(path).bytes()).hex(), path.text());
      case FILE -> {
        Digest content = selection.contents().get(path);
        sink.file('f', stat.mode(), content == null ? "-" : content.hex(), path.text());
      }
      default -> sink.file('o', stat.mode(), "-", path.text());
    }
  }
}
