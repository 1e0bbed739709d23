package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import java.util.Optional;
import java.util.Set;

/// What a layer does to one place of what it lies on.
///
/// @param before absent for what was added
/// @param after absent for what was removed, with all below it
/// @param aspects in what both differ; empty when one is absent
public record LayerChange(
    BytePath path, Optional<FileStat> before, Optional<FileStat> after, Set<Aspect> aspects) {

  public LayerChange {
    aspects = Set.copyOf(aspects);
  }

  /// In what a file differs from what it was.
  public enum Aspect {
    TYPE,
    CONTENT,
    TARGET,
    SIZE,
    MODE,
    OWNER,
    DEVICE,
    ATTRIBUTES,
    TIME
  }
}
