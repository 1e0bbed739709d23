package dev.jbuild.plan;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.History;
import dev.jbuild.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One image to be: its file system as a step, and everything else of it already known but for
/// times and layer digests.
///
/// @param history the base's entries as they are, then one for each instruction
/// @param extra unknown top-level members of the base's configuration, raw JSON
public record PlannedImage(
    Platform platform,
    Step fileSystem,
    ContainerConfig config,
    Optional<String> author,
    List<PlannedHistory> history,
    Map<String, String> extra) {

  public PlannedImage {
    history = List.copyOf(history);
    extra = Map.copyOf(extra);
  }

  /// A history entry to be.
  ///
  /// @param entry as it will be stored; `created` is absent when it is to be filled in
  /// @param step the step that makes this entry's layer; absent for metadata and for entries of the
  ///   base
  public record PlannedHistory(History entry, Optional<Step> step) {}
}
