package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.snapshot.UpperTree.NewDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Makes a directory of an archive, such as one that a build is given as its context.
public final class ArchiveTree {

  private ArchiveTree() {}

  /// Unpacks a plain tar stream. It is untrusted: names and links stay inside the directory,
  /// whatever earlier entries laid there. Files keep modes and times, and belong to whoever owns
  /// the directory.
  ///
  /// Throws [IOException] when the archive is damaged or contradicts itself, or nothing can be
  /// written; what was unpacked is then for the caller to remove.
  ///
  /// @param into an empty directory
  public static void unpack(InputStream plain, Path into) throws IOException {
    Copier.Owner owner = owner(into);
    try (LayerStack nothing = LayerStack.open(List.of());
        UpperTree tree = new UpperTree(into, nothing)) {
      NodeWriter nodes = new NodeWriter(tree, new NewDirectory(owner.uid(), owner.gid(), 0755, 0));
      ArchiveExtractor.extract(plain, tree, nodes, BytePath.EMPTY, Optional.of(owner));
      tree.finish();
    }
  }

  private static Copier.Owner owner(Path directory) throws IOException {
    try (DirectoryHandle handle = DirectoryHandle.open(directory)) {
      FileInfo info =
          handle.stat(BytePath.EMPTY).orElseThrow(() -> new IOException("gone: " + directory));
      return new Copier.Owner(info.uid(), info.gid());
    }
  }
}
