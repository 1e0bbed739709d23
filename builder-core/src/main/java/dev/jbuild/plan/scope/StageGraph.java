package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Which stages need which. Walks without recursion: there may be very many.
public final class StageGraph {

  private final StageNames names;

  public StageGraph(StageNames names) {
    this.names = names;
  }

  /// One use of a stage.
  ///
  /// @param by the instruction that uses it
  /// @param mountTarget where it is mounted when it is by a mount
  public record Need(Stage stage, Instruction by, Optional<String> mountTarget) {}

  /// A name after `from=`, and the target of its mount.
  private record Use(String from, Optional<String> mountTarget) {}

  /// The stages that `instructions`, in stage `user`, name as sources. Throws `InvalidInput` for a
  /// stage number that is none.
  public List<Need> needs(Stage user, List<Instruction> instructions) {
    List<Need> needs = new ArrayList<>();
    for (Instruction instruction : instructions) {
      for (Use use : uses(instruction)) {
        names
            .source(use.from(), user, instruction.span())
            .ifPresent(stage -> needs.add(new Need(stage, instruction, use.mountTarget())));
      }
    }
    return needs;
  }

  /// The names after `from=` in an instruction, whatever they mean.
  public static List<String> sources(Instruction instruction) {
    return uses(instruction).stream().map(Use::from).toList();
  }

  private static List<Use> uses(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Copy copy ->
          copy.transfer().from().map(name -> new Use(name, Optional.empty())).stream().toList();
      case Instruction.Run run ->
          run.flags().mounts().stream().flatMap(mount -> use(mount).stream()).toList();
      default -> List.of();
    };
  }

  private static Optional<Use> use(MountFlag mount) {
    Optional<String> target =
        option(mount, "target")
            .or(() -> option(mount, "dst"))
            .or(() -> option(mount, "destination"));
    return option(mount, "from")
        .filter(f -> !f.isEmpty())
        .map(from -> new Use(from, Optional.of(target.orElse(""))));
  }

  private static Optional<String> option(MountFlag mount, String key) {
    return mount.options().stream()
        .filter(o -> o.key().equals(key))
        .findFirst()
        .flatMap(MountFlag.Option::value);
  }

  /// `target` and all that it needs, directly or not, in the order of the Dockerfile.
  public List<Stage> closure(Stage target, Function<Stage, List<Need>> needs) {
    BitSet seen = new BitSet();
    Deque<Stage> open = new ArrayDeque<>(List.of(target));
    seen.set(target.index());
    while (!open.isEmpty()) {
      for (Need need : needs.apply(open.pop())) {
        if (!seen.get(need.stage().index())) {
          seen.set(need.stage().index());
          open.push(need.stage());
        }
      }
    }
    return seen.stream().mapToObj(names.stages()::get).toList();
  }

  /// Throws `InvalidInput` when a stage, used or not, needs itself.
  public void checkNoCycle(Function<Stage, List<Need>> needs) {
    BitSet done = new BitSet();
    BitSet open = new BitSet();
    for (Stage root : names.stages()) {
      Deque<Visit> way = new ArrayDeque<>();
      enter(root, needs, done, open, way);
      while (!way.isEmpty()) {
        Visit visit = way.element();
        if (visit.needs().hasNext()) {
          Need need = visit.needs().next();
          if (open.get(need.stage().index())) {
            throw circular(need.stage(), need.by().span());
          }
          enter(need.stage(), needs, done, open, way);
        } else {
          way.pop();
          open.clear(visit.stage().index());
        }
      }
    }
  }

  private record Visit(Stage stage, Iterator<Need> needs) {}

  private static void enter(
      Stage stage, Function<Stage, List<Need>> needs, BitSet done, BitSet open, Deque<Visit> way) {
    if (!done.get(stage.index())) {
      done.set(stage.index());
      open.set(stage.index());
      way.push(new Visit(stage, needs.apply(stage).iterator()));
    }
  }

  private static RuntimeException circular(Stage stage, SourceSpan span) {
    return Placed.error(
        span,
        "CircularDependency",
        "circular dependency detected on stage: " + StageNames.name(stage));
  }

  /// Throws `InvalidInput` when `user` needs a stage that comes later, or itself.
  public void checkOrder(Stage user, List<Need> needs) {
    for (Need need : needs) {
      if (need.stage().index() == user.index()) {
        throw circular(user, need.by().span());
      }
      if (need.stage().index() > user.index()) {
        throw Placed.error(
            need.by().span(),
            "StageUsedBeforeDefined",
            message(need, user),
            "move stage " + StageNames.name(need.stage()) + " above " + StageNames.name(user));
      }
    }
  }

  private static String message(Need need, Stage user) {
    String name = StageNames.name(need.stage());
    return need.mountTarget().isPresent()
        ? "cannot mount from stage \""
            + name
            + "\" to \""
            + need.mountTarget().get()
            + "\", stage needs to be defined before current command"
        : "cannot copy from stage \""
            + name
            + "\", it needs to be defined before current stage \""
            + StageNames.name(user)
            + "\"";
  }
}
