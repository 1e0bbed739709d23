package dev.jbuild.plan;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Makes steps, each once: equal specifications over the same inputs are one step, whichever stage
/// or platform asks for it. Not safe for several threads.
final class Steps {

  private final Map<Object, Step> made = new HashMap<>();
  private final Map<Step, Origin> origins = new LinkedHashMap<>();

  private record CopyKey(Step onto, CopySpec spec) {}

  private record MergeKey(Step onto, Step.Copy layer) {}

  private record RunKey(Step root, RunSpec spec) {}

  Step leaf(Step leaf) {
    return made.computeIfAbsent(leaf, key -> leaf);
  }

  Step source(SourceSpec spec) {
    return leaf(new Step.Source(spec));
  }

  /// An image's file system; one without layers is the empty file system.
  Step base(Step.BaseImage image) {
    boolean empty =
        image.manifest().layers().isEmpty()
            && image.config().history().stream().allMatch(h -> h.emptyLayer());
    return leaf(empty ? new Step.Scratch() : new Step.Base(image));
  }

  Step.Copy copy(Step onto, CopySpec spec) {
    return (Step.Copy)
        made.computeIfAbsent(new CopyKey(onto, spec), key -> new Step.Copy(onto, spec));
  }

  Step merge(Step onto, Step.Copy layer) {
    return made.computeIfAbsent(new MergeKey(onto, layer), key -> new Step.Merge(onto, layer));
  }

  Step run(Step root, RunSpec spec) {
    return made.computeIfAbsent(new RunKey(root, spec), key -> new Step.Run(root, spec));
  }

  /// Notes where a step comes from. The first note stays, but for its platform when another needs
  /// the step too.
  void origin(Step step, Origin origin) {
    origins.merge(
        step,
        origin,
        (first, second) ->
            first.platform().equals(second.platform())
                ? first
                : new Origin(
                    first.stage(),
                    first.number(),
                    first.of(),
                    first.text(),
                    first.span(),
                    Optional.empty()));
  }

  Map<Step, Origin> origins() {
    return origins;
  }
}
