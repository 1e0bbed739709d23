package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.Transfer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Which stages a stage starts from and copies from.
final class StageGraph {

  private final List<Stage> stages;
  private final List<Optional<Integer>> bases = new ArrayList<>();
  private final List<List<Integer>> edges = new ArrayList<>();
  private final Map<String, Integer> names = new HashMap<>();

  StageGraph(List<Stage> stages, Variables globals) {
    this.stages = stages;
    for (Stage stage : stages) {
      Optional<Integer> base = named(globals.expand(stage.from().image()));
      List<Integer> needs = new ArrayList<>();
      base.ifPresent(needs::add);
      stage.body().forEach(instruction -> sources(instruction, needs));
      bases.add(base);
      edges.add(needs);
      stage.name().ifPresent(name -> names.put(name, stage.index()));
    }
  }

  private Optional<Integer> named(String name) {
    return Optional.ofNullable(names.get(name.toLowerCase(Locale.ROOT)));
  }

  private void sources(Instruction instruction, List<Integer> needs) {
    switch (instruction) {
      case Instruction.Copy(var span, var text, Transfer transfer) ->
          transfer.from().flatMap(this::numbered).ifPresent(needs::add);
      case Instruction.Run run -> {
        for (MountFlag mount : run.flags().mounts()) {
          for (MountFlag.Option option : mount.options()) {
            if (option.key().equals("from")) {
              option.value().flatMap(this::numbered).ifPresent(needs::add);
            }
          }
        }
      }
      default -> {}
    }
  }

  private Optional<Integer> numbered(String text) {
    if (text.matches("[0-9]{1,6}")) {
      int index = Integer.parseInt(text);
      return index < stages.size() ? Optional.of(index) : Optional.empty();
    }
    return named(text);
  }

  /// The stage that `stage` starts from.
  Optional<Integer> base(Stage stage) {
    return bases.get(stage.index());
  }

  boolean[] needed(Optional<String> target, boolean all) {
    boolean[] needed = new boolean[stages.size()];
    Deque<Integer> open = new ArrayDeque<>();
    if (all) {
      stages.forEach(stage -> open.add(stage.index()));
    } else {
      open.add(target.flatMap(this::numbered).orElse(stages.size() - 1));
    }
    while (!open.isEmpty()) {
      int index = open.pop();
      if (!needed[index]) {
        needed[index] = true;
        open.addAll(edges.get(index));
      }
    }
    return needed;
  }
}
