package dev.jbuild.execute;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.snapshot.OpaqueDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// The machine's own root file system as the lowest layer of a stage, with fresh directories over
/// the places that hold the machine's state rather than its tools.
final class HostRoot {

  private static final List<String> FRESH =
      List.of("dev", "proc", "sys", "run", "tmp", "var/tmp", "mnt", "media");

  private final Path mask;
  private final Path state;
  private boolean made;

  /// @param mask where the covering directory may be made
  /// @param state jbuild's own state, which no step may see
  HostRoot(Path mask, Path state) {
    this.mask = mask;
    this.state = state;
  }

  /// The covering directory, then `/`.
  synchronized List<Path> paths() throws IOException {
    if (!made) {
      Files.createDirectory(mask);
      for (String name : FRESH) {
        cover(Path.of("/" + name), name.endsWith("tmp") ? 01777 : 0755);
      }
      cover(state, 0700);
      made = true;
    }
    return List.of(mask, Path.of("/"));
  }

  private void cover(Path place, int mode) throws IOException {
    if (!Files.isDirectory(place)) {
      return;
    }
    Path parent = mask;
    for (Path part : place) {
      parent = parent.resolve(part);
      Files.createDirectories(parent);
    }
    try (DirectoryHandle in = DirectoryHandle.open(parent.resolveSibling("."))) {
      BytePath name = BytePath.of(parent.getFileName().toString());
      in.mode(name, mode);
      OpaqueDirectories.make(in, name);
    }
  }
}
