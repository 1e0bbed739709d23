package dev.jbuild.dockerfile;

import dev.jbuild.problem.SourceSpan;
import java.util.List;
import java.util.Optional;

/// One `--mount=` of a RUN line, its options in order and unexpanded; the parser has checked keys
/// and duplicates as far as they need no expansion. The planner makes the checked, typed
/// [RunMount].
public record MountFlag(SourceSpan span, List<Option> options) {

  /// @param value absent for a flag without an equals sign, such as `ro`
  public record Option(String key, Optional<String> value) {}

  public MountFlag {
    options = List.copyOf(options);
  }
}
