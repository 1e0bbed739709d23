package dev.jbuild.tree;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What an entry of a directory and all below it were at one time, to tell later whether anything
/// was changed there since. Immutable.
public final class TreeSeal {

  private final Optional<TreeNode> content;

  private TreeSeal(Optional<TreeNode> content) {
    this.content = content;
  }

  /// Looks at `name` in `parent`; nothing may be there.
  public static TreeSeal of(DirectoryHandle parent, BytePath name) throws IOException {
    Optional<FileInfo> info = parent.stat(name);
    if (info.isEmpty() || !info.get().isDirectory()) {
      return new TreeSeal(info.map(i -> new TreeNode(i, Map.of())));
    }
    try (DirectoryHandle directory = parent.directory(name)) {
      return new TreeSeal(Optional.of(TreeNode.scan(directory)));
    }
  }

  /// Whether the same is at `name` in `parent`, and nobody changed anything of it, not even back.
  public boolean holds(DirectoryHandle parent, BytePath name) throws IOException {
    Optional<TreeNode> now = of(parent, name).content;
    return now.isPresent() && content.isPresent() && same(content.get(), now.get());
  }

  private static boolean same(TreeNode before, @Nullable TreeNode after) {
    return after != null
        && before.unchanged(after.info())
        && before.children().size() == after.children().size()
        && before.children().entrySet().stream()
            .allMatch(e -> same(e.getValue(), after.children().get(e.getKey())));
  }
}
