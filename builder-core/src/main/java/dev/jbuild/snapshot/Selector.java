package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.snapshot.Selection.Entry;
import dev.jbuild.snapshot.Selection.Source;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/// Finds the files that a [CopyItem] names and computes their digest. Not safe for several threads.
public final class Selector {

  private static final String PIVOT = "/./";

  private final CopyItem item;
  private final FileTree tree;

  private Selector(CopyItem item) {
    this.item = item;
    this.tree = item.tree();
  }

  /// Throws [SourceNotFound] when a literal source is missing; a pattern may match nothing.
  public static Selection select(CopyItem item, DigestMemo memo) throws IOException {
    Selector selector = new Selector(item);
    List<Source> sources = item.parents() ? selector.withParents() : selector.plain();
    return SelectionDigest.of(item.tree(), sources, memo);
  }

  private List<Source> plain() throws IOException {
    List<Source> sources = new ArrayList<>();
    for (BytePath match : matches(BytePath.of(item.path()).normalized().components())) {
      sources.add(source(match, List.of()));
    }
    return sources;
  }

  /// `a/./b/c`: what is left of the pivot is dropped, `b` is kept as a directory above `c`.
  private List<Source> withParents() throws IOException {
    String path = item.path();
    int pivot = path.indexOf(PIVOT);
    List<BytePath> dropped =
        BytePath.of(pivot < 0 ? "" : path.substring(0, pivot)).normalized().components();
    List<BytePath> kept =
        BytePath.of(pivot < 0 ? path : path.substring(pivot + PIVOT.length()))
            .normalized()
            .components();
    List<Source> sources = new ArrayList<>();
    for (BytePath root : matches(dropped)) {
      BytePath from = TreePaths.resolve(tree, root, true);
      for (BytePath match : matches(from, kept)) {
        List<Entry> above = new ArrayList<>();
        BytePath relative = BytePath.EMPTY;
        List<BytePath> way = match.components();
        int start = from.components().size();
        for (BytePath part : way.subList(start, Math.max(start, way.size() - 1))) {
          relative = relative.resolve(part);
          BytePath at = from.resolve(relative);
          Optional<FileStat> stat = tree.stat(TreePaths.resolve(tree, at, true));
          if (stat.isPresent()) {
            above.add(new Entry(relative, at, stat.get(), true));
          }
        }
        sources.add(kept.isEmpty() ? content(match) : source(match, above));
      }
    }
    return sources;
  }

  /// Nothing follows the pivot: what is in the directory counts, and it has no name.
  private Source content(BytePath match) throws IOException {
    Source named = source(match, List.of());
    return new Source(BytePath.EMPTY, named.path(), named.stat(), List.of(), named.below());
  }

  private Source source(BytePath match, List<Entry> kept) throws IOException {
    BytePath path = TreePaths.resolve(tree, match, true);
    FileStat stat =
        tree.stat(path).orElseThrow(() -> new SourceNotFound(BytePath.of(item.path()).text()));
    List<Entry> below = stat.isDirectory() ? walk(path) : List.of();
    return new Source(match.name(), path, stat, kept, below);
  }

  private List<BytePath> matches(List<BytePath> parts) throws IOException {
    return matches(BytePath.EMPTY, parts);
  }

  private List<BytePath> matches(BytePath from, List<BytePath> parts) throws IOException {
    List<BytePath> found = new ArrayList<>(List.of(from));
    for (BytePath part : parts) {
      List<BytePath> next = new ArrayList<>();
      for (BytePath parent : found) {
        if (!item.pattern() || !isPattern(part.text())) {
          next.add(parent.resolve(part));
        } else if (item.parents() && part.text().equals("**")) {
          descend(parent, next);
        } else {
          expand(parent, part.text(), next);
        }
      }
      found = next;
    }
    List<BytePath> present = new ArrayList<>();
    for (BytePath path : found) {
      if (tree.stat(TreePaths.resolve(tree, path, true)).isPresent()) {
        present.add(path);
      } else if (!item.pattern()) {
        throw new SourceNotFound(path.text());
      }
    }
    Collections.sort(present);
    return present.stream().distinct().toList();
  }

  static boolean isPattern(String part) {
    return part.indexOf('*') >= 0
        || part.indexOf('?') >= 0
        || part.indexOf('[') >= 0
        || part.indexOf('\\') >= 0;
  }

  private void expand(BytePath parent, String pattern, List<BytePath> into) throws IOException {
    BytePath directory = TreePaths.resolve(tree, parent, true);
    if (tree.stat(directory).filter(FileStat::isDirectory).isEmpty()) {
      return;
    }
    for (BytePath name : tree.list(directory)) {
      if (item.glob().matches(pattern, name.text())) {
        into.add(parent.resolve(name));
      }
    }
  }

  /// `**`: the directory itself and all directories below it.
  private void descend(BytePath parent, List<BytePath> into) throws IOException {
    Deque<BytePath> open = new ArrayDeque<>(List.of(parent));
    while (!open.isEmpty()) {
      BytePath directory = open.pop();
      into.add(directory);
      for (BytePath name : tree.list(directory)) {
        BytePath path = directory.resolve(name);
        if (tree.stat(path).filter(FileStat::isDirectory).isPresent()) {
          open.push(path);
        }
      }
    }
  }

  /// All files below a directory, parents first, siblings sorted by bytes.
  private List<Entry> walk(BytePath root) throws IOException {
    List<Entry> entries = new ArrayList<>();
    Deque<Entry> open = new ArrayDeque<>();
    push(root, BytePath.EMPTY, open);
    while (!open.isEmpty()) {
      Entry entry = open.pop();
      boolean directory = entry.stat().isDirectory();
      String relative = entry.relative().text();
      boolean included =
          item.excludes().includes(relative)
              && !(tree instanceof DirectoryTree context && !context.included(entry.path()));
      if (included || (directory && item.excludes().mayIncludeBelow(relative))) {
        entries.add(
            included ? entry : new Entry(entry.relative(), entry.path(), entry.stat(), included));
        if (directory) {
          push(entry.path(), entry.relative(), open);
        }
      }
    }
    return withoutEmptyWays(entries);
  }

  private void push(BytePath directory, BytePath relative, Deque<Entry> open) throws IOException {
    for (FileTree.Child child : tree.children(directory).reversed()) {
      BytePath below = relative.resolve(child.name());
      // The paths of a whole context are one object each.
      BytePath path = directory.equals(relative) ? below : directory.resolve(child.name());
      open.push(new Entry(below, path, child.stat(), true));
    }
  }

  /// Drops directories that do not count themselves and led to nothing that does.
  private static List<Entry> withoutEmptyWays(List<Entry> entries) {
    List<Entry> kept = new ArrayList<>();
    for (Entry entry : entries.reversed()) {
      boolean leads = !kept.isEmpty() && kept.getLast().relative().startsWith(entry.relative());
      if (entry.included() || leads) {
        kept.add(entry);
      }
    }
    return kept.reversed();
  }
}
