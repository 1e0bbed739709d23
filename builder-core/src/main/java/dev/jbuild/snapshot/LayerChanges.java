package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.LayerChange.Aspect;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/// Finds what a layer changes of what it lies on: by looking, since a layer also holds what was
/// only touched, and the directories above what changed.
public final class LayerChanges {

  private static final int BLOCK = 1 << 16;

  private final DirectoryHandle layer;
  private final FileTree below;
  private final Consumer<LayerChange> changes;

  private LayerChanges(DirectoryHandle layer, FileTree below, Consumer<LayerChange> changes) {
    this.layer = layer;
    this.below = below;
    this.changes = changes;
  }

  /// Hands each change to `changes`, parents first, sorted by bytes. A directory of which only the
  /// time is another is none: that is so of each above a change.
  ///
  /// @param tree the layer's directory, in overlay form
  public static void find(Path tree, FileTree below, Consumer<LayerChange> changes)
      throws IOException {
    try (DirectoryHandle layer = DirectoryHandle.open(tree)) {
      new LayerChanges(layer, below, changes).walk();
    }
  }

  private record Open(BytePath path, boolean opaque, Iterator<BytePath> names) {}

  private void walk() throws IOException {
    Deque<Open> stack = new ArrayDeque<>();
    stack.push(open(BytePath.EMPTY, false));
    while (!stack.isEmpty()) {
      Open top = stack.element();
      if (!top.names.hasNext()) {
        stack.pop();
        continue;
      }
      BytePath path = top.path.resolve(top.names.next());
      Optional<FileInfo> info = layer.stat(path);
      Optional<FileStat> before = below.stat(path);
      if (info.isEmpty() || info.get().isWhiteout()) {
        before.ifPresent(
            b -> changes.accept(new LayerChange(path, before, Optional.empty(), Set.of())));
        continue;
      }
      entry(path, before, Stats.of(info.get(), false));
      if (info.get().isDirectory()) {
        boolean hides = top.opaque || LayerAttributes.isOpaque(layer, path);
        stack.push(open(path, hides && before.filter(FileStat::isDirectory).isPresent()));
      }
    }
  }

  /// What is in a directory of the layer, and what was in the one that it hides.
  private Open open(BytePath path, boolean hides) throws IOException {
    Set<BytePath> names = new TreeSet<>();
    try (DirectoryHandle directory = layer.directory(path.isEmpty() ? BytePath.of(".") : path)) {
      names.addAll(directory.list());
    }
    if (hides) {
      names.addAll(below.list(path));
    }
    return new Open(path, hides, names.iterator());
  }

  private void entry(BytePath path, Optional<FileStat> before, FileStat after) throws IOException {
    Set<Aspect> aspects =
        before.isPresent() ? aspects(path, before.get(), after) : EnumSet.noneOf(Aspect.class);
    if (before.isEmpty() || !aspects.isEmpty()) {
      changes.accept(new LayerChange(path, before, Optional.of(after), aspects));
    }
  }

  private Set<Aspect> aspects(BytePath path, FileStat before, FileStat after) throws IOException {
    Set<Aspect> aspects = EnumSet.noneOf(Aspect.class);
    if (before.type() != after.type()) {
      aspects.add(Aspect.TYPE);
      return aspects;
    }
    add(aspects, Aspect.MODE, !after.isSymlink() && before.mode() != after.mode());
    add(aspects, Aspect.OWNER, before.uid() != after.uid() || before.gid() != after.gid());
    add(aspects, Aspect.DEVICE, !before.device().equals(after.device()));
    add(aspects, Aspect.ATTRIBUTES, !sameAttributes(path));
    if (after.isFile()) {
      add(aspects, Aspect.SIZE, before.size() != after.size());
      add(aspects, Aspect.CONTENT, before.size() == after.size() && !sameContent(path));
    }
    if (after.isSymlink()) {
      add(aspects, Aspect.TARGET, !layer.readLink(path).equals(below.readLink(path)));
    }
    add(
        aspects,
        Aspect.TIME,
        !after.isDirectory() && before.mtimeSeconds() != after.mtimeSeconds());
    return aspects;
  }

  private static void add(Set<Aspect> aspects, Aspect aspect, boolean differs) {
    if (differs) {
      aspects.add(aspect);
    }
  }

  private boolean sameAttributes(BytePath path) throws IOException {
    List<FileTree.ExtendedAttribute> now = LayerAttributes.read(layer, path);
    List<FileTree.ExtendedAttribute> then = below.attributes(path);
    return now.size() == then.size()
        && now.stream()
            .allMatch(a ->
                then.stream()
                    .anyMatch(
                        b -> a.name().equals(b.name()) && Arrays.equals(a.value(), b.value())));
  }

  private boolean sameContent(BytePath path) throws IOException {
    try (InputStream now = LayerStack.opened(layer, path);
        InputStream then = below.open(path)) {
      while (true) {
        byte[] one = now.readNBytes(BLOCK);
        byte[] other = then.readNBytes(BLOCK);
        if (!Arrays.equals(one, other)) {
          return false;
        }
        if (one.length < BLOCK) {
          return true;
        }
      }
    }
  }
}
