package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.Bases.Start;
import dev.jbuild.plan.scope.GlobalScope;
import dev.jbuild.plan.scope.Placed;
import dev.jbuild.plan.scope.StageGraph;
import dev.jbuild.plan.scope.StageGraph.Need;
import dev.jbuild.plan.scope.StageNames;
import dev.jbuild.plan.scope.Words;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which stages the image of one platform needs, and what each starts from. Look-ups of images
/// begin here, as early as they are known to be needed.
final class StageSelection {

  private final Platform platform;
  private final GlobalScope globals;
  private final Bases bases;
  private final StageNames names;
  private final StageGraph graph;
  private final Starts starts;
  private final Stage target;
  private final Map<Integer, List<Need>> needs = new HashMap<>();
  private final Map<Integer, List<Instruction>> triggers = new HashMap<>();
  private List<Stage> needed;

  StageSelection(Dockerfile dockerfile, PlanOptions options, Platform platform, Bases bases) {
    this.platform = platform;
    this.bases = bases;
    this.globals =
        new GlobalScope(
            dockerfile, options.buildArgs(), options.buildPlatform(), platform, options.target());
    this.names = new StageNames(dockerfile.stages());
    this.graph = new StageGraph(names);
    this.target = names.target(options.target());
    this.starts = new Starts(dockerfile, names, globals, bases, platform);
    graph.checkNoCycle(this::needs);
    this.needed = graph.closure(target, this::needs);
    needed.forEach(this::begin);
  }

  GlobalScope globals() {
    return globals;
  }

  Stage target() {
    return target;
  }

  /// What is needed, as far as known.
  List<Stage> needed() {
    return needed;
  }

  StageNames names() {
    return names;
  }

  From start(Stage stage) {
    return starts.of(stage);
  }

  private List<Need> needs(Stage stage) {
    List<Need> known = needs.get(stage.index());
    if (known != null) {
      return known;
    }
    List<Need> found = new ArrayList<>();
    From from = starts.of(stage);
    if (!from.replaced()) {
      if (from.start() instanceof Start.OfStage(int index)) {
        found.add(new Need(names.stages().get(index), stage.from(), Optional.empty()));
      }
      found.addAll(graph.needs(stage, stage.body()));
      found.addAll(graph.needs(stage, triggers.getOrDefault(stage.index(), List.of())));
    }
    needs.put(stage.index(), found);
    return found;
  }

  /// Begins the look-ups of a stage, so that they run side by side.
  private void begin(Stage stage) {
    From from = starts.of(stage);
    bases.begin(from.start());
    if (!from.replaced()) {
      stage.body().forEach(instruction -> beginSources(stage, instruction));
    }
  }

  private void beginSources(Stage stage, Instruction instruction) {
    for (String name : StageGraph.sources(instruction)) {
      if (names.source(name, stage, instruction.span()).isEmpty()) {
        bases.begin(external(name));
      }
    }
  }

  /// What a name that is no stage means.
  Start external(String name) {
    return bases.replacement(name, platform).orElseGet(() -> Bases.image(name, platform));
  }

  /// Reads what bases left to be done. Triggers may need more stages, which may have triggers.
  ///
  /// Throws `InvalidInput` for stages used too early.
  void settle() {
    int known = 0;
    while (known < needed.size()) {
      known = needed.size();
      needed.forEach(this::readTriggers);
      needed = graph.closure(target, this::needs);
      needed.forEach(this::begin);
    }
    needed.forEach(stage -> graph.checkOrder(stage, needs(stage)));
  }

  private void readTriggers(Stage stage) {
    if (triggers.containsKey(stage.index())) {
      return;
    }
    List<Instruction> found =
        triggerTexts(stage).stream()
            .map(text -> Placed.at(stage.from().span(), () -> Dockerfile.parseTrigger(text)))
            .toList();
    triggers.put(stage.index(), found);
    if (!found.isEmpty()) {
      needs.remove(stage.index());
      found.forEach(trigger -> beginSources(stage, trigger));
    }
  }

  private List<String> triggerTexts(Stage stage) {
    From from = starts.of(stage);
    if (from.replaced()) {
      return List.of();
    }
    if (!(from.start() instanceof Start.OfStage(int index))) {
      return imageTriggers(from, stage);
    }
    Stage base = names.stages().get(index);
    From below = starts.of(base);
    return below.replaced()
        ? imageTriggers(below, base)
        : base.body().stream()
            .filter(Instruction.OnBuild.class::isInstance)
            .map(i -> ((Instruction.OnBuild) i).trigger())
            .toList();
  }

  private List<String> imageTriggers(From from, Stage stage) {
    return from.start() instanceof Start.OfImage(Bases.Request request)
        ? image(request, from.name(), stage.from().span()).config().config().onBuild()
        : List.of();
  }

  /// What triggers left by its base a stage has to do first. Settled stages only.
  List<Instruction> triggers(Stage stage) {
    return triggers.getOrDefault(stage.index(), List.of());
  }

  /// An image, waiting for it; problems get the place and the name that was perhaps meant.
  Step.BaseImage image(Bases.Request request, String name, SourceSpan span) {
    try {
      return bases.get(request);
    } catch (BuildException e) {
      String hint = names.hint(name);
      throw Placed.changed(
          e,
          p ->
              new Problem(
                  p.code(),
                  p.severity(),
                  p.message() + hint,
                  p.span().or(() -> Optional.of(span)),
                  p.help()));
    }
  }

  /// A FROM as understood.
  ///
  /// @param name as expanded
  /// @param platform what its image should be for
  /// @param replaced whether a named context of the stage's own name stands for the whole stage
  record From(String name, Platform platform, Start start, boolean replaced) {}

  /// What each stage starts from. Every FROM is read, also of stages that nothing needs, and all
  /// that is wrong with them is told together.
  private static final class Starts {

    private final StageNames names;
    private final GlobalScope globals;
    private final char escape;
    private final Words words;
    private final Bases bases;
    private final Platform target;
    private final List<From> froms = new ArrayList<>();

    Starts(
        Dockerfile dockerfile,
        StageNames names,
        GlobalScope globals,
        Bases bases,
        Platform target) {
      this.names = names;
      this.globals = globals;
      this.escape = dockerfile.directives().escape();
      this.words = new Words(escape, globals);
      this.bases = bases;
      this.target = target;
      List<Problem> problems = new ArrayList<>();
      for (Stage stage : names.stages()) {
        try {
          froms.add(from(stage));
        } catch (InvalidInput e) {
          problems.addAll(e.problems());
        }
      }
      if (!problems.isEmpty()) {
        throw new InvalidInput(problems, null);
      }
    }

    From of(Stage stage) {
      return froms.get(stage.index());
    }

    private From from(Stage stage) {
      Instruction.From from = stage.from();
      String name = words.expand(from.span(), from.image());
      if (name.isBlank()) {
        throw Placed.error(
            from.span(), "BlankImage", "base name (" + from.image() + ") should not be blank");
      }
      Platform platform = from.platform().map(text -> platform(from, text)).orElse(target);
      Optional<Start> whole = stage.name().flatMap(own -> bases.replacement(own, platform));
      if (whole.isPresent()) {
        return new From(name, platform, whole.get(), true);
      }
      Optional<Stage> base = names.earlier(name, stage.index());
      if (base.isPresent()) {
        return new From(name, platform, new Start.OfStage(base.get().index()), false);
      }
      Start start = bases.replacement(name, platform).orElseGet(() -> Bases.image(name, platform));
      return new From(name, platform, start, false);
    }

    private Platform platform(Instruction.From from, String written) {
      Expander expander = new Expander(escape, globals);
      String text = Placed.at(from.span(), () -> expander.expand(written));
      if (!text.isEmpty()) {
        return Placed.at(from.span(), () -> Platform.parse(text));
      }
      String hint =
          expander.undefined().stream()
              .map(name -> Nearest.hint(name, globals.names()))
              .filter(h -> !h.isEmpty())
              .findFirst()
              .orElse("");
      throw Placed.error(
          from.span(),
          "EmptyPlatform",
          "empty platform value from expression " + written + hint,
          "FROM sees only the ARGs above the first FROM");
    }
  }
}
