package dev.jbuild.cache.explain;

import dev.jbuild.cache.explain.FileList.Entry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// What differs between two lists of files: how many of each kind, and the first of them by name.
final class FileChanges {

  private static final int NAMED = 10;

  /// How a file differs.
  enum Kind {
    CONTENT("changed content"),
    ADDED("added"),
    REMOVED("removed"),
    MODE("changed mode only"),
    TYPE("became another kind of file");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  private final Map<Kind, List<String>> named = new TreeMap<>();
  private final Map<Kind, Integer> counts = new TreeMap<>();
  private final Map<String, Integer> modes = new TreeMap<>();
  private boolean onlyAsGitMeans = true;

  private FileChanges() {}

  static FileChanges between(FileList.Reader before, FileList.Reader now) throws IOException {
    FileChanges changes = new FileChanges();
    Optional<Entry> old = before.next();
    Optional<Entry> young = now.next();
    while (old.isPresent() || young.isPresent()) {
      int order =
          old.isEmpty()
              ? 1
              : young.isEmpty() ? -1 : FileList.compare(old.get().path(), young.get().path());
      if (order < 0) {
        changes.add(Kind.REMOVED, old.orElseThrow().path());
        old = before.next();
      } else if (order > 0) {
        changes.add(Kind.ADDED, young.orElseThrow().path());
        young = now.next();
      } else {
        changes.compare(old.orElseThrow(), young.orElseThrow());
        old = before.next();
        young = now.next();
      }
    }
    return changes;
  }

  private void compare(Entry old, Entry young) {
    if (old.type() != young.type()) {
      add(Kind.TYPE, young.path());
    } else if (!old.content().equals(young.content())) {
      add(Kind.CONTENT, young.path());
    } else if (old.mode() != young.mode()) {
      add(Kind.MODE, young.path());
      modes.merge(octal(old.mode()) + " to " + octal(young.mode()), 1, Integer::sum);
      onlyAsGitMeans &= young.type() == 'd' || (old.mode() & 0100) == (young.mode() & 0100);
    }
  }

  private static String octal(int mode) {
    return "0" + Integer.toOctalString(mode);
  }

  private void add(Kind kind, String path) {
    counts.merge(kind, 1, Integer::sum);
    List<String> names = named.computeIfAbsent(kind, k -> new ArrayList<>());
    if (names.size() < NAMED) {
      names.add(path.isEmpty() ? "." : path);
    }
  }

  /// One reason for each kind of difference; none when the lists are equal.
  List<Reason> reasons(String tree) {
    List<Reason> reasons = new ArrayList<>();
    counts.forEach((kind, count) -> {
      List<String> names = named.getOrDefault(kind, List.of());
      String text =
          (count == 1 ? names.getFirst() : count + " files")
              + " in "
              + tree
              + " "
              + (count == 1 || kind == Kind.CONTENT || kind == Kind.MODE || kind == Kind.TYPE
                  ? (kind == Kind.ADDED || kind == Kind.REMOVED ? "was " : "")
                  : "were ")
              + kind.text
              + (kind == Kind.MODE ? ": " + modes() : "");
      reasons.add(
          new Reason("file-" + kind.name().toLowerCase(java.util.Locale.ROOT), text, names));
    });
    return reasons;
  }

  private String modes() {
    List<String> parts = new ArrayList<>();
    modes.forEach((change, count) -> parts.add(change + (modes.size() > 1 ? " x" + count : "")));
    return String.join(", ", parts)
        + (onlyAsGitMeans ? " (--context-modes=git makes such modes equal)" : "");
  }
}
