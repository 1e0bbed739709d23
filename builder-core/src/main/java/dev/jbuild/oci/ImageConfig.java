package dev.jbuild.oci;

import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image configuration (image-spec `config.md`): platform, how to start it, what its layers are
/// and where they come from.
///
/// @param diffIds digests of the uncompressed layers, lowest first
/// @param extra top-level members this type does not know, as raw JSON
public record ImageConfig(
    Platform platform,
    Optional<Instant> created,
    Optional<String> author,
    ContainerConfig config,
    List<Digest> diffIds,
    List<History> history,
    Map<String, String> extra) {

  public ImageConfig {
    diffIds = List.copyOf(diffIds);
    history = List.copyOf(history);
    extra = Collections.unmodifiableMap(new LinkedHashMap<>(extra));
  }
}
