package dev.jbuild.export;

import dev.jbuild.oci.ImageReference;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Where a built image shall go.
public sealed interface ExportTarget {

  /// The images of this machine's jbuild, under one or more names.
  record Store(List<ImageReference> names) implements ExportTarget {}

  /// A registry, under one or more names.
  record Registry(List<ImageReference> names) implements ExportTarget {}

  /// An OCI image layout: a directory, or a tar archive. No destination: standard output.
  record Oci(Optional<Path> destination, boolean tar, List<ImageReference> names)
      implements ExportTarget {}

  /// An archive that `docker load` reads.
  record Docker(Optional<Path> destination, List<ImageReference> names) implements ExportTarget {}

  /// The image's files as a tar archive.
  record Tar(Optional<Path> destination) implements ExportTarget {}

  /// The image's files in a directory.
  record Local(Path destination) implements ExportTarget {}
}
