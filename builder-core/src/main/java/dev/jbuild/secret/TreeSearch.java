package dev.jbuild.secret;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/// Says where in a tree a secret is, once it is known to be there.
public final class TreeSearch {

  private final Secrets secrets;
  private final byte[] buffer = new byte[1 << 16];

  private TreeSearch(Secrets secrets) {
    this.secrets = secrets;
  }

  /// Where a secret was found.
  ///
  /// @param place `/etc/app.conf, line 3`, for people
  public record Found(Secrets.Kind kind, String place) {}

  /// The first place in `tree`, in the order of the names; empty when there is none.
  public static Optional<Found> in(Path tree, Secrets secrets) throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(tree)) {
      return new TreeSearch(secrets).look(root, BytePath.EMPTY);
    }
  }

  private Optional<Found> look(DirectoryHandle directory, BytePath path) throws IOException {
    for (BytePath name : directory.list()) {
      BytePath entry = path.resolve(name);
      Optional<FileInfo> info = directory.stat(name);
      if (info.isEmpty()) {
        continue;
      }
      Optional<Found> found =
          text(name.bytes(), "a name in /" + path)
              .or(() -> text(entry.bytes(), "the path of a file"));
      if (found.isEmpty()) {
        found =
            switch (info.get().type()) {
              case FileInfo.SYMLINK -> text(directory.readLink(name).bytes(), "the link /" + entry);
              case FileInfo.REGULAR -> content(directory, name, entry);
              default -> Optional.empty();
            };
      }
      if (found.isEmpty() && info.get().isDirectory()) {
        try (DirectoryHandle below = directory.directory(name)) {
          found = look(below, entry);
        }
      }
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  private Optional<Found> text(byte[] bytes, String place) {
    Scan scan = secrets.scan();
    scan.feed(bytes, 0, bytes.length);
    return scan.hit().map(hit -> new Found(hit.kind(), place));
  }

  private Optional<Found> content(DirectoryHandle directory, BytePath name, BytePath path)
      throws IOException {
    Scan scan = secrets.scan();
    try (FileDescriptor file = directory.read(name)) {
      InputStream in = file.input();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        scan.feed(buffer, 0, n);
        if (scan.hit().isPresent()) {
          break;
        }
      }
    }
    return scan.hit().map(hit -> new Found(hit.kind(), "/" + path + ", line " + hit.line()));
  }
}
