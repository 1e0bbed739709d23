package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.tree.TreeList.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The files of a stage in one directory. For one thread at a time.
public final class WorkingTree {

  /// A directory, wherever it is moved.
  record Id(long device, long inode, long birthNanos) {
    static Id of(Path directory) throws IOException {
      try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
        FileInfo info = handle.stat(BytePath.EMPTY).orElseThrow();
        return new Id(
            ((long) info.fileSystemMajor() << 32) | info.fileSystemMinor(),
            info.inode(),
            info.birthNanos());
      }
    }
  }

  private final Path directory;
  private final TreeLister lister;

  /// The layers it is made of, topmost first.
  private List<Id> layers = List.of();

  /// What is in it; absent when that must be found out.
  private @Nullable TreeList content;

  /// Where the topmost layer was made from this tree; it may have got other times since.
  private @Nullable Path made;

  WorkingTree(Path directory, TreeLister lister) {
    this.directory = directory;
    this.lister = lister;
  }

  /// Where the files are.
  public Path directory() {
    return directory;
  }

  /// How many of `wanted`, topmost first, it lacks; empty when it has something else.
  Optional<Integer> lacks(List<Id> wanted) {
    int missing = wanted.size() - layers.size();
    return missing >= 0 && wanted.subList(missing, wanted.size()).equals(layers)
        ? Optional.of(missing)
        : Optional.empty();
  }

  /// Makes it consist of `wanted`, of which it has all but the first `missing`.
  void advance(List<Path> paths, List<Id> wanted, int missing) throws IOException {
    if (made != null && missing < paths.size()) {
      settle(paths.get(missing));
    }
    for (Path layer : paths.subList(0, missing).reversed()) {
      LayerApplier.apply(layer, directory);
      content = null;
    }
    layers = wanted;
    made = null;
  }

  /// A layer's times are made even after its step: the tree gets them too.
  private void settle(Path layer) throws IOException {
    try (DirectoryHandle from = DirectoryHandle.open(layer);
        DirectoryHandle to = DirectoryHandle.open(directory)) {
      settle(from, to, content == null ? Map.of() : content.root().entries());
    }
  }

  /// @param known what was found in `to`
  private static void settle(DirectoryHandle from, DirectoryHandle to, Map<BytePath, Entry> known)
      throws IOException {
    from.visit((name, info) -> {
      if (info.isWhiteout()) {
        return;
      }
      Entry entry = known.get(name);
      if (info.isDirectory()) {
        try (DirectoryHandle inFrom = from.directory(name);
            DirectoryHandle inTo = to.directory(name)) {
          settle(inFrom, inTo, entry == null ? Map.of() : entry.below().entries());
        }
      }
      Optional<FileInfo> now = to.stat(name);
      boolean differs =
          now.isPresent()
              && (now.get().mtimeSeconds() != info.mtimeSeconds()
                  || now.get().mtimeNanos() != info.mtimeNanos());
      if (differs) {
        to.times(name, info.mtimeSeconds(), info.mtimeNanos());
        if (entry != null) {
          entry.times(to.stat(name).orElseThrow());
        }
      }
    });
  }

  /// Begins a layer: what `upper` has already is laid over, and what is there is noted.
  public void begin(Path upper) throws IOException {
    boolean empty;
    try (DirectoryHandle own = DirectoryHandle.open(upper)) {
      empty = own.list().isEmpty();
    }
    if (!empty) {
      LayerApplier.apply(upper, directory);
      content = null;
    }
    if (content == null) {
      content = new TreeList(lister.list(directory));
    }
  }

  /// Ends a layer: puts what is different since [#begin] into `upper`.
  ///
  /// @param restored places that others changed and put back as they were
  public void end(Path upper, Set<BytePath> restored) throws IOException {
    TreeList before = content;
    if (before == null) {
      throw new IllegalStateException("no layer was begun");
    }
    try (DirectoryHandle root = DirectoryHandle.open(directory);
        DirectoryHandle own = DirectoryHandle.open(upper)) {
      TreeList after = new TreeList(lister.list(directory));
      new TreeDifference(root, own, restored).write(before, after);
      content = after;
    }
    List<Id> more = new ArrayList<>(layers);
    more.addFirst(Id.of(upper));
    layers = List.copyOf(more);
    made = upper;
  }

  /// The layer that was made in `upper` is now the one at `layer`, which is equal.
  void kept(Path upper, Path layer) throws IOException {
    if (upper.equals(made)) {
      List<Id> same = new ArrayList<>(layers);
      same.set(0, Id.of(layer));
      layers = List.copyOf(same);
    }
  }

  void remove() throws IOException {
    TreeRemover.remove(directory);
  }
}
