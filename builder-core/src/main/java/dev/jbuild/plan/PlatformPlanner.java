package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Plans the image of one platform.
final class PlatformPlanner {

  private final Dockerfile dockerfile;
  private final PlanOptions options;
  private final Platform platform;
  private final GlobalScope globals;
  private final BaseImages images;
  private final Steps steps;
  private final List<Problem> warnings;
  private final StageGraph graph;
  private final NamedContexts contexts;
  private final Map<Integer, StageState> planned = new HashMap<>();

  PlatformPlanner(
      Dockerfile dockerfile,
      PlanOptions options,
      Platform platform,
      GlobalScope globals,
      BaseImages images,
      Steps steps,
      List<Problem> warnings) {
    this.dockerfile = dockerfile;
    this.options = options;
    this.platform = platform;
    this.globals = globals;
    this.images = images;
    this.steps = steps;
    this.warnings = warnings;
    this.graph = new StageGraph(dockerfile, this::imageName);
    this.contexts = new NamedContexts(options.contexts(), images, steps);
  }

  private String imageName(Stage stage) {
    return Placed.at(
        stage.from().span(),
        () -> new Expander(dockerfile.directives().escape(), globals).expand(stage.from().image()));
  }

  PlannedImage plan() {
    Stage target = graph.target(options.target());
    for (Stage stage : graph.order(target)) {
      planned.put(stage.index(), plan(stage));
    }
    StageState state = planned.get(target.index());
    if (state == null) {
      throw new IllegalStateException("the target is always in its own order");
    }
    Map<String, String> labels = new LinkedHashMap<>(state.config.labels());
    labels.putAll(options.labels());
    return new PlannedImage(
        platform,
        state.fileSystem,
        state.config.withLabels(labels),
        state.author,
        state.history,
        state.extra);
  }

  private StageState plan(Stage stage) {
    Origins origins = new Origins(StageGraph.name(stage), count(stage));
    StageState state = start(stage, origins);
    new StagePlanner(
            state,
            dockerfile.directives().escape(),
            options,
            globals,
            new StageSources(stage),
            steps,
            origins)
        .fold(stage.body());
    return state;
  }

  private static int count(Stage stage) {
    return 1
        + (int)
            stage.body().stream()
                .filter(i ->
                    i instanceof Instruction.Run
                        || i instanceof Instruction.Copy
                        || i instanceof Instruction.Add
                        || i instanceof Instruction.Workdir)
                .count();
  }

  private StageState start(Stage stage, Origins origins) {
    Instruction.From from = stage.from();
    String name = imageName(stage);
    if (name.isBlank()) {
      throw Placed.error(
          from.span(), "BlankImage", "base name (" + from.image() + ") should not be blank");
    }
    Platform wanted = platform(from);
    Optional<NamedContext> context = contexts.find(name, wanted);
    Optional<Stage> base = context.isPresent() ? Optional.empty() : graph.base(stage);
    if (base.isPresent()) {
      origins.next("FROM " + name, from.span());
      StageState parent = planned.get(base.get().index());
      if (parent == null) {
        throw new IllegalStateException("stages are planned in order: " + name);
      }
      return parent.child();
    }
    if (name.equals("scratch")) {
      origins.next("FROM scratch", from.span());
      return StageState.empty(steps.leaf(new Step.Scratch()));
    }
    return Placed.at(
        from.span(),
        () ->
            context.isPresent()
                ? contexts.start(name, context.get(), wanted, origins, from.span())
                : image(name, wanted, origins, from.span()));
  }

  private Platform platform(Instruction.From from) {
    if (from.platform().isEmpty()) {
      return platform;
    }
    String text =
        Placed.at(
            from.span(),
            () ->
                new Expander(dockerfile.directives().escape(), globals)
                    .expand(from.platform().get()));
    return text.isEmpty() ? platform : Placed.at(from.span(), () -> Platform.parse(text));
  }

  private StageState image(String name, Platform wanted, Origins origins, SourceSpan span) {
    Step.BaseImage image = images.resolve(name, wanted);
    if (!wanted.accepts(image.platform())) {
      warnings.add(
          Problem.warning(
                  "InvalidBaseImagePlatform",
                  "Base image "
                      + name
                      + " was pulled with platform \""
                      + image.platform()
                      + "\", expected \""
                      + wanted
                      + "\" for current build")
              .at(span));
    }
    Step step = steps.leaf(new Step.Base(image));
    steps.origin(step, origins.next("FROM " + described(image), span));
    return StageState.of(image, step);
  }

  static String described(Step.BaseImage image) {
    return image
        .reference()
        .map(r -> r.withDigest(image.descriptor().digest()).toString())
        .orElse(image.name() + "@" + image.descriptor().digest());
  }

  /// Names after `--from` as one stage sees them.
  private final class StageSources implements Sources {
    private final Stage user;

    StageSources(Stage user) {
      this.user = user;
    }

    @Override
    public Step from(String name, SourceSpan span) {
      Optional<NamedContext> context = contexts.find(name, platform);
      Optional<Stage> stage = context.isPresent() ? Optional.empty() : graph.source(name, user);
      if (stage.isPresent()) {
        StageState state = planned.get(stage.get().index());
        if (state == null) {
          throw Placed.error(
              span,
              "StageUsedBeforeDefined",
              "cannot copy from stage \""
                  + name
                  + "\", it needs to be defined before current stage");
        }
        return state.fileSystem;
      }
      if (name.matches("[0-9]+")) {
        throw new InvalidInput(
            Problem.error(
                    "UnknownStage",
                    "invalid from flag value " + name + ": there is no stage " + name)
                .at(span));
      }
      return Placed.at(
          span,
          () ->
              context.isPresent()
                  ? contexts.files(name, context.get(), platform)
                  : steps.leaf(new Step.Base(images.resolve(name, platform))));
    }

    @Override
    public Step context() {
      return source(new SourceSpec.Context(""));
    }

    @Override
    public Step source(SourceSpec spec) {
      return steps.leaf(new Step.Source(spec));
    }
  }
}
