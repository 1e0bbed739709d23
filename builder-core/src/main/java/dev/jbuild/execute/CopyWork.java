package dev.jbuild.execute;

import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.ModeChange;
import dev.jbuild.plan.CopySpec;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.Accounts;
import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.CopyItem;
import dev.jbuild.snapshot.DigestMemo;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.Selection;
import dev.jbuild.snapshot.Selector;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Makes the layer of a copy step.
final class CopyWork {

  private final Selections selections;
  private final LayerTrees trees;
  private final TempSpace temp;
  private final boolean keepTimes;

  CopyWork(Selections selections, LayerTrees trees, TempSpace temp, boolean keepTimes) {
    this.selections = selections;
    this.trees = trees;
    this.temp = temp;
    this.keepTimes = keepTimes;
  }

  Snapshot perform(Step.Copy copy, Executor.Inputs inputs) throws IOException {
    Snapshot base = inputs.of(copy.onto());
    CopySpec spec = copy.spec();
    Instant epoch = epoch(base, spec, inputs);
    try (LayerStack root = trees.open(base);
        LayerStack nothing = LayerStack.open(List.of());
        NewLayer layer = new NewLayer(trees, temp, base, root)) {
      FileTree below = spec.link() ? nothing : root;
      Copier.Target target =
          new Copier.Target(
              spec.destination(),
              owner(spec, root),
              spec.chmod().map(ModeChange::parse).map(m -> m::apply),
              spec.link(),
              epoch.getEpochSecond());
      try (Copier copier = new Copier(below, layer.upper(), target)) {
        for (CopySpec.Item item : spec.items()) {
          copy(copier, item, inputs, epoch);
        }
        if (spec.items().isEmpty()) {
          copier.makeDestination();
        }
        copier.finish();
      } catch (Copier.BadDestination e) {
        throw new InvalidInput(Problem.error("InvalidDestination", String.valueOf(e.getMessage())));
      }
      return copy.onto() instanceof Step.Scratch && spec.link()
          ? layer.keepForAnywhere(epoch)
          : layer.keep(epoch);
    }
  }

  private void copy(Copier copier, CopySpec.Item item, Executor.Inputs inputs, Instant epoch)
      throws IOException {
    switch (item.from()) {
      case Step.Source(SourceSpec.Inline inline) -> {
        FileTree tree = Selections.inline(inline, epoch.getEpochSecond());
        CopyItem files = Selections.copyItem(tree, item);
        copier.copy(files, Selector.select(files, DigestMemo.NONE));
      }
      case Step.Source(SourceSpec.Http http) ->
          copier.copy(
              Selections.copyItem(selections.download(http, epoch.getEpochSecond()), item),
              selections.ofSource(new Step.Source(http), item));
      case Step.Source source ->
          copier.copy(
              Selections.copyItem(selections.tree(source), item),
              selections.ofSource(source, item));
      case Step step -> {
        Snapshot from = inputs.of(step);
        Selection selection = selections.ofSnapshot(from, item);
        try (LayerStack stack = trees.open(from)) {
          copier.copy(Selections.copyItem(stack, item), selection);
        }
      }
    }
  }

  /// The newest time among what goes in: the base, unless the layer is not to depend on it, the
  /// files from outside, the stages copied from.
  private Instant epoch(Snapshot base, CopySpec spec, Executor.Inputs inputs) throws IOException {
    if (keepTimes) {
      return Instant.ofEpochSecond(Instant.now().getEpochSecond());
    }
    List<Instant> times = new ArrayList<>(spec.link() ? List.of() : List.of(base.epoch()));
    for (CopySpec.Item item : spec.items()) {
      switch (item.from()) {
        case Step.Source(SourceSpec.Inline inline) -> {}
        case Step.Source source ->
            times.add(
                Instant.ofEpochSecond(Math.max(0, selections.ofSource(source, item).newest())));
        case Step step -> times.add(inputs.of(step).epoch());
      }
    }
    return times.stream().max(Instant::compareTo).orElse(Instant.EPOCH);
  }

  private static Optional<Copier.Owner> owner(CopySpec spec, FileTree below) throws IOException {
    return spec.chown().isEmpty()
        ? Optional.empty()
        : Optional.of(Accounts.read(below).owner(spec.chown().get()));
  }
}
