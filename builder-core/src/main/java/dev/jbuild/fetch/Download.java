package dev.jbuild.fetch;

import dev.jbuild.linux.BytePath;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.FlatTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// A downloaded file.
///
/// @param file where its bytes are; not to be changed
/// @param name what a directory calls it; one path component
/// @param lastModified as the server said, whole seconds
public record Download(
    Path file, String name, Digest digest, long size, Optional<Instant> lastModified) {

  /// The download as ADD sees it: one file, mode 0600, as old as the server says.
  ///
  /// @param otherwise the time of a file whose server says none, seconds
  public FileTree tree(long otherwise) {
    return new FlatTree(
        Map.of(BytePath.of(name), new FlatTree.Content(size, () -> Files.newInputStream(file))),
        0600,
        lastModified.map(Instant::getEpochSecond).orElse(otherwise));
  }
}
