package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Stage;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The stages by name: files may have thousands.
final class StageIndex {

  private final List<Stage> stages;
  private final Map<String, TreeSet<Integer>> byName = new HashMap<>();

  StageIndex(List<Stage> stages) {
    this.stages = stages;
    for (Stage stage : stages) {
      stage
          .name()
          .ifPresent(name -> byName.computeIfAbsent(name, n -> new TreeSet<>()).add(stage.index()));
    }
  }

  /// The last stage before the one of that index that `name` or its number means.
  Optional<Stage> named(int before, String name) {
    if (name.matches("[0-9]{1,6}")) {
      int index = Integer.parseInt(name);
      return index < before ? Optional.of(stages.get(index)) : Optional.empty();
    }
    return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)))
        .flatMap(found -> Optional.ofNullable(found.lower(before)))
        .map(stages::get);
  }
}
