package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/// The stages of a Dockerfile by name and by number. Names do not tell case apart. Immutable.
public final class StageNames {

  private static final Pattern NUMBER = Pattern.compile("[+-]?[0-9]+");
  private static final int SHOWN = 20;

  private final List<Stage> stages;
  private final Map<String, List<Integer>> byName = new HashMap<>();

  public StageNames(List<Stage> stages) {
    this.stages = List.copyOf(stages);
    for (Stage stage : stages) {
      stage
          .name()
          .ifPresent(name ->
              byName.computeIfAbsent(key(name), k -> new ArrayList<>(1)).add(stage.index()));
    }
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  public List<Stage> stages() {
    return stages;
  }

  /// What people call a stage: its name, else `stage-1`; nothing when it is the only one and has no
  /// name.
  public String label(Stage stage) {
    return stages.size() == 1 ? stage.name().orElse("") : name(stage);
  }

  /// The name of a stage, else `stage-1`.
  public static String name(Stage stage) {
    return stage.name().orElse("stage-" + stage.index());
  }

  /// The stage that `--target` means: the last of that name, else the one of that number. Throws
  /// [InvalidInput] when there is none.
  public Stage target(Optional<String> wanted) {
    if (stages.isEmpty()) {
      throw new InvalidInput(
          Problem.error("NoStage", "dockerfile contains no stages to build")
              .help("a Dockerfile needs a FROM instruction"));
    }
    if (wanted.isEmpty()) {
      return stages.getLast();
    }
    String name = wanted.get();
    List<Integer> named = byName.get(key(name));
    if (named != null) {
      return stages.get(named.getLast());
    }
    if (NUMBER.matcher(name).matches()) {
      Optional<Stage> numbered = numbered(name);
      if (numbered.isPresent()) {
        return numbered.get();
      }
    }
    throw new InvalidInput(
        Problem.error(
                "UnknownTarget", "target stage \"" + name + "\" could not be found" + hint(name))
            .help(available()));
  }

  private String available() {
    if (byName.isEmpty()) {
      return "no stage has a name; they are numbered 0 to " + (stages.size() - 1);
    }
    List<String> names = new TreeSet<>(byName.keySet()).stream().limit(SHOWN).toList();
    return "the stages are: "
        + String.join(", ", names)
        + (byName.size() > SHOWN ? " and " + (byName.size() - SHOWN) + " more" : "");
  }

  /// The latest stage of that name before stage `index`.
  public Optional<Stage> earlier(String name, int index) {
    List<Integer> named = byName.getOrDefault(key(name), List.of());
    int found = Collections.binarySearch(named, index);
    int before = (found < 0 ? -found - 1 : found) - 1;
    return before < 0 ? Optional.empty() : Optional.of(stages.get(named.get(before)));
  }

  /// The stage that `name` after `from=` means in stage `user`, if it means one: the one of that
  /// number, the latest before `user` of that name, else the first of that name, which may be
  /// `user` itself or come too late. Throws [InvalidInput] for a number that is none.
  public Optional<Stage> source(String name, Stage user, SourceSpan span) {
    if (NUMBER.matcher(name).matches()) {
      Optional<Stage> numbered = numbered(name);
      if (numbered.isEmpty()) {
        throw Placed.error(
            span,
            "UnknownStage",
            "invalid stage index " + name,
            "the stages are numbered 0 to " + (stages.size() - 1));
      }
      return numbered;
    }
    Optional<Stage> before = earlier(name, user.index());
    return before.isPresent()
        ? before
        : Optional.ofNullable(byName.get(key(name))).map(named -> stages.get(named.getFirst()));
  }

  private Optional<Stage> numbered(String text) {
    if (text.length() > 9 || text.startsWith("-")) {
      return Optional.empty();
    }
    int index = Integer.parseInt(text);
    return index < stages.size() ? Optional.of(stages.get(index)) : Optional.empty();
  }

  /// ` (did you mean x?)`, or nothing.
  public String hint(String wanted) {
    return Nearest.hint(wanted, names());
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(byName.keySet());
  }
}
