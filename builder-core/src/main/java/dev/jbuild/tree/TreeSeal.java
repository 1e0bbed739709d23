package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an entry of a directory and all below it were at one time, to tell later whether anything
/// was changed there since. Immutable.
public final class TreeSeal {

  /// @param children by name; empty for what is no directory
  private record Node(FileInfo info, Map<BytePath, Node> children) {}

  private final Optional<Node> content;

  private TreeSeal(Optional<Node> content) {
    this.content = content;
  }

  /// Looks at `name` in `parent`; nothing may be there.
  public static TreeSeal of(DirectoryHandle parent, BytePath name) throws IOException {
    Optional<FileInfo> info = parent.stat(name);
    return new TreeSeal(
        info.isPresent() ? Optional.of(look(parent, name, info.get())) : Optional.empty());
  }

  private static Node look(DirectoryHandle parent, BytePath name, FileInfo info)
      throws IOException {
    Map<BytePath, Node> children = new HashMap<>();
    if (info.isDirectory()) {
      try (DirectoryHandle directory = parent.directory(name)) {
        directory.visit((child, below) -> children.put(child, look(directory, child, below)));
      }
    }
    return new Node(info, children);
  }

  /// Whether the same is at `name` in `parent`, and nobody changed anything of it, not even back.
  public boolean holds(DirectoryHandle parent, BytePath name) throws IOException {
    Optional<Node> now = of(parent, name).content;
    return now.isPresent() && content.isPresent() && same(content.get(), now.get());
  }

  private static boolean same(Node before, @Nullable Node after) {
    return after != null
        && FileComparison.unchanged(before.info, after.info)
        && before.children.size() == after.children.size()
        && before.children.entrySet().stream()
            .allMatch(e -> same(e.getValue(), after.children.get(e.getKey())));
  }
}
