package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Keeps open the directory that was used last: the files of a walk are neighbours, and looking up
/// and opening their directory for each of them costs more than what is done to them. Safe for
/// several threads, one at a time; the root stays its owner's.
final class OpenParent implements AutoCloseable {

  private final DirectoryHandle root;
  private BytePath path = BytePath.EMPTY;
  private @Nullable DirectoryHandle handle;

  OpenParent(DirectoryHandle root) {
    this.root = root;
  }

  /// What is done to an entry of an open directory, which is not to be kept.
  @FunctionalInterface
  interface Use<T extends @Nullable Object> {
    T in(DirectoryHandle parent, BytePath name) throws IOException;
  }

  /// Does something to `file`, which is below the root. Fails with ELOOP or ENOTDIR when a parent
  /// is no directory.
  synchronized <T extends @Nullable Object> T in(BytePath file, Use<T> use) throws IOException {
    return use.in(directory(file.parent()), file.name());
  }

  private DirectoryHandle directory(BytePath directory) throws IOException {
    DirectoryHandle open = handle;
    if (open == null || !path.equals(directory)) {
      close();
      open = root.directory(directory);
      path = directory;
      handle = open;
    }
    return open;
  }

  /// Closes the kept directory; a later use opens it anew, which a directory that was replaced
  /// calls for.
  @Override
  public synchronized void close() throws IOException {
    DirectoryHandle open = handle;
    handle = null;
    if (open != null) {
      open.close();
    }
  }
}
