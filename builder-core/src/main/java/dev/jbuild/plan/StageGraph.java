package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/// Which stages need which. Walks without recursion: there may be very many.
final class StageGraph {

  private final List<Stage> stages;
  private final Map<String, TreeSet<Integer>> byName = new HashMap<>();
  private final Function<Stage, String> image;

  /// @param image the expanded image name of a stage's FROM
  StageGraph(Dockerfile dockerfile, Function<Stage, String> image) {
    this.stages = dockerfile.stages();
    this.image = image;
    for (Stage stage : stages) {
      stage
          .name()
          .ifPresent(n -> byName.computeIfAbsent(n, k -> new TreeSet<>()).add(stage.index()));
    }
  }

  /// The stage a user means by `--target`: a name, or a number.
  Stage target(Optional<String> wanted) {
    if (wanted.filter(w -> !w.isEmpty()).isEmpty()) {
      return stages.getLast();
    }
    String name = wanted.get();
    TreeSet<Integer> named = byName.get(name.toLowerCase(Locale.ROOT));
    if (named != null) {
      return stages.get(named.last());
    }
    Optional<Integer> index = index(name).filter(i -> i < stages.size());
    if (index.isPresent()) {
      return stages.get(index.get());
    }
    throw new InvalidInput(
        Problem.error(
                "UnknownTarget",
                "target stage \""
                    + name
                    + "\" could not be found"
                    + Nearest.hint(name, byName.keySet()))
            .help(
                "stages: "
                    + (byName.isEmpty()
                        ? "0 to " + (stages.size() - 1)
                        : String.join(", ", new TreeSet<>(byName.keySet())))));
  }

  private static Optional<Integer> index(String text) {
    return text.matches("[0-9]{1,9}") ? Optional.of(Integer.parseInt(text)) : Optional.empty();
  }

  /// The stage that FROM in `stage` starts from, if it is one.
  Optional<Stage> base(Stage stage) {
    TreeSet<Integer> named = byName.get(image.apply(stage).toLowerCase(Locale.ROOT));
    return Optional.ofNullable(named == null ? null : named.lower(stage.index())).map(stages::get);
  }

  /// The stage that `--from=name` in stage `user` means, if it is one; it may be a later one.
  Optional<Stage> source(String name, Stage user) {
    Optional<Integer> index = index(name);
    if (index.isPresent()) {
      return index.filter(i -> i < stages.size()).map(stages::get);
    }
    TreeSet<Integer> named = byName.get(name.toLowerCase(Locale.ROOT));
    if (named == null) {
      return Optional.empty();
    }
    Integer before = named.lower(user.index());
    return Optional.of(stages.get(before != null ? before : named.first()));
  }

  private record Need(Stage stage, SourceSpan span) {}

  private List<Need> needs(Stage stage) {
    List<Need> needs = new ArrayList<>();
    base(stage).ifPresent(s -> needs.add(new Need(s, stage.from().span())));
    for (Instruction instruction : stage.body()) {
      for (String name : sourceNames(instruction)) {
        source(name, stage).ifPresent(s -> needs.add(new Need(s, instruction.span())));
      }
    }
    return needs;
  }

  private static List<String> sourceNames(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Copy copy -> copy.transfer().from().stream().toList();
      case Instruction.Run run ->
          run.flags().mounts().stream()
              .flatMap(m -> m.options().stream())
              .filter(o -> o.key().equals("from"))
              .map(MountFlag.Option::value)
              .flatMap(Optional::stream)
              .toList();
      default -> List.of();
    };
  }

  /// `target` and all it needs, each after what it needs. Throws [InvalidInput] for a cycle or a
  /// stage used too early.
  List<Stage> order(Stage target) {
    Set<Integer> done = new LinkedHashSet<>();
    Set<Integer> open = new LinkedHashSet<>();
    Deque<Visit> stack = new ArrayDeque<>();
    List<Need> early = new ArrayList<>();
    open.add(target.index());
    stack.push(new Visit(target, needs(target).iterator()));
    while (!stack.isEmpty()) {
      Visit visit = stack.element();
      if (!visit.needs.hasNext()) {
        stack.pop();
        open.remove(visit.stage.index());
        done.add(visit.stage.index());
        continue;
      }
      Need need = visit.needs.next();
      if (open.contains(need.stage.index())) {
        throw Placed.error(
            need.span,
            "CircularDependency",
            "circular dependency detected on stage: " + name(need.stage));
      }
      if (need.stage.index() > visit.stage.index()) {
        early.add(need);
      }
      if (!done.contains(need.stage.index())) {
        open.add(need.stage.index());
        stack.push(new Visit(need.stage, needs(need.stage).iterator()));
      }
    }
    if (!early.isEmpty()) {
      Need first = early.getFirst();
      throw Placed.error(
          first.span,
          "StageUsedBeforeDefined",
          "cannot copy from stage \""
              + name(first.stage)
              + "\", it needs to be defined before current stage");
    }
    return done.stream().map(stages::get).toList();
  }

  private record Visit(Stage stage, Iterator<Need> needs) {}

  /// The stage's name, else its number.
  static String name(Stage stage) {
    return stage.name().orElse(Integer.toString(stage.index()));
  }

  Set<String> names() {
    return byName.keySet();
  }
}
