package dev.jbuild;

import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Where a result goes, as one `--output` says it.
///
/// @param destination a path, or `-` for standard output; absent where the kind needs none
/// @param attributes what else was said, by name, such as `compression` or `tar`; the exporter
///   checks and obeys them
public record Output(Kind kind, Optional<String> destination, Map<String, String> attributes) {

  public Output {
    attributes = java.util.Collections.unmodifiableMap(new TreeMap<>(attributes));
  }

  /// A kind of destination.
  public enum Kind {
    /// An OCI layout: a tar archive, or a directory with `tar=false`.
    OCI,
    /// An archive that `docker load` reads.
    DOCKER,
    /// The file system as files in a directory.
    LOCAL,
    /// The file system as one tar archive.
    TAR,
    /// The registry that each tag names.
    REGISTRY,
    /// The image store of the state directory; with `push=true` the registries too.
    STORE,
    /// Nowhere: only the cache is filled.
    CACHE_ONLY;

    /// The name as event and message texts have it.
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  public static Output of(Kind kind) {
    return new Output(kind, Optional.empty(), Map.of());
  }

  public static Output to(Kind kind, String destination) {
    return new Output(kind, Optional.of(destination), Map.of());
  }
}
