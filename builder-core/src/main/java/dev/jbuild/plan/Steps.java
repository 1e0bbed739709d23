package dev.jbuild.plan;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Makes steps, each once: equal specifications over the same inputs are one step. Not safe for
/// several threads.
final class Steps {

  private final Map<Object, Step> made = new HashMap<>();
  private final Map<Step, Origin> origins = new LinkedHashMap<>();

  Step leaf(Step leaf) {
    return made.computeIfAbsent(leaf, key -> leaf);
  }

  Step copy(Step onto, CopySpec spec, Origin origin) {
    return with(
        made.computeIfAbsent(List.of("copy", onto, spec), k -> new Step.Copy(onto, spec)), origin);
  }

  Step run(Step root, RunSpec spec, Origin origin) {
    return with(
        made.computeIfAbsent(List.of("run", root, spec), k -> new Step.Run(root, spec)), origin);
  }

  private Step with(Step step, Origin origin) {
    origins.putIfAbsent(step, origin);
    return step;
  }

  void origin(Step step, Origin origin) {
    origins.putIfAbsent(step, origin);
  }

  Map<Step, Origin> origins() {
    return origins;
  }
}
