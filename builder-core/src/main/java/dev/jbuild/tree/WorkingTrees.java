package dev.jbuild.tree;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/// The working trees of a process. One is used again by whoever needs it with more layers on top;
/// where a stage forks, another is made. Safe for several threads.
public final class WorkingTrees {

  private final TreeLister lister;
  private final List<WorkingTree> idle = new ArrayList<>();
  private final AtomicInteger count = new AtomicInteger();

  public WorkingTrees(TreeLister lister) {
    this.lister = lister;
  }

  /// A tree made of `layers`, the caller's until it gives it back or drops it.
  ///
  /// @param layers directories in overlay form, topmost first
  /// @param place where a new tree may be made; it goes with that directory
  public WorkingTree take(List<Path> layers, Path place) throws IOException {
    List<WorkingTree.Id> wanted = new ArrayList<>();
    for (Path layer : layers) {
      wanted.add(WorkingTree.Id.of(layer));
    }
    WorkingTree tree = closest(wanted, place);
    try {
      tree.advance(layers, List.copyOf(wanted), tree.lacks(wanted).orElseThrow());
      return tree;
    } catch (IOException | RuntimeException e) {
      tree.remove();
      throw e;
    }
  }

  private synchronized WorkingTree closest(List<WorkingTree.Id> wanted, Path place)
      throws IOException {
    Optional<WorkingTree> best = Optional.empty();
    for (WorkingTree tree : idle) {
      Optional<Integer> lacks = tree.lacks(wanted);
      if (lacks.isPresent()
          && best.flatMap(b -> b.lacks(wanted)).filter(l -> l <= lacks.get()).isEmpty()) {
        best = Optional.of(tree);
      }
    }
    if (best.isPresent()) {
      idle.remove(best.get());
      return best.get();
    }
    Path directory = place.resolve("tree" + count.incrementAndGet());
    return new WorkingTree(Files.createDirectory(directory), lister);
  }

  public synchronized void give(WorkingTree tree) {
    idle.add(tree);
  }

  /// Tells that the layer made in `upper` is the one at `layer`, or is equal to it.
  public synchronized void kept(Path upper, Path layer) throws IOException {
    for (WorkingTree tree : idle) {
      tree.kept(upper, layer);
    }
  }

  /// The tree is in no known state any more.
  public void drop(WorkingTree tree) throws IOException {
    tree.remove();
  }
}
