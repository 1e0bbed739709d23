package dev.jbuild.plan;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.Bases.Start;
import dev.jbuild.plan.CopySpec.Archive;
import dev.jbuild.plan.StagePlanner.Surroundings;
import dev.jbuild.plan.StageSelection.From;
import dev.jbuild.plan.scope.Placed;
import dev.jbuild.plan.scope.StageNames;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Folds the stages that one platform needs, in the order of the Dockerfile. Used once.
final class PlatformPlanner {

  private final StageSelection selection;
  private final PlanOptions options;
  private final Platform platform;
  private final char escape;
  private final Steps steps;
  private final List<Problem> warnings;
  private final Map<Integer, StageState> states = new HashMap<>();

  /// @param steps made for other platforms too
  /// @param warnings gets what is noticed
  PlatformPlanner(
      Dockerfile dockerfile,
      PlanOptions options,
      Platform platform,
      StageSelection selection,
      Steps steps,
      List<Problem> warnings) {
    this.selection = selection;
    this.options = options;
    this.platform = platform;
    this.escape = dockerfile.directives().escape();
    this.steps = steps;
    this.warnings = warnings;
  }

  PlannedImage plan() {
    for (Stage stage : selection.needed()) {
      states.put(stage.index(), fold(stage));
    }
    Stage target = selection.target();
    StageState state = planned(target);
    if (state.onHost) {
      throw Placed.error(
          target.from().span(),
          "HostInImage",
          "stage "
              + StageNames.name(target)
              + " runs on the files of this machine and cannot become an image",
          "copy what is needed out of it: FROM scratch and COPY --from=" + StageNames.name(target));
    }
    return state.image(imagePlatform(state.platform), options.labels());
  }

  private StageState planned(Stage stage) {
    StageState state = states.get(stage.index());
    if (state == null) {
      throw new IllegalStateException("stage " + stage.index() + " is used before it is planned");
    }
    return state;
  }

  /// The image is for what was asked for; details that were not asked for come from the base.
  private Platform imagePlatform(Platform base) {
    if (options.platforms().isEmpty()) {
      return base;
    }
    boolean same =
        platform.os().equals(base.os()) && platform.architecture().equals(base.architecture());
    return same
        ? new Platform(
            platform.os(),
            platform.architecture(),
            platform.variant().or(base::variant),
            platform.osVersion().or(base::osVersion),
            platform.osFeatures().isEmpty() ? base.osFeatures() : platform.osFeatures())
        : platform;
  }

  private StageState fold(Stage stage) {
    From from = selection.start(stage);
    SourceSpan span = stage.from().span();
    StageState state = Placed.at(span, () -> state(from, span));
    Surroundings around =
        new Surroundings(
            options,
            selection.globals(),
            escape,
            (name, place) -> source(name, stage, place),
            steps);
    StagePlanner planner = new StagePlanner(state, around);
    if (ownStep(from, state)) {
      planner.started(state.fileSystem, "FROM " + shown(from, span), span);
    }
    if (!from.replaced()) {
      selection.triggers(stage).forEach(trigger -> planner.trigger(trigger, span));
      planner.fold(stage.body());
    }
    planner.finish(
        selection.names().label(stage),
        options.platforms().size() > 1 ? Optional.of(platform) : Optional.empty());
    return state;
  }

  private static boolean ownStep(From from, StageState state) {
    return !(from.start() instanceof Start.OfStage) && !(state.fileSystem instanceof Step.Scratch);
  }

  private String shown(From from, SourceSpan span) {
    if (!(from.start() instanceof Start.OfImage(Bases.Request request))) {
      return from.name();
    }
    Step.BaseImage image = selection.image(request, from.name(), span);
    return image
        .reference()
        .map(r -> r.withDigest(image.descriptor().digest()).toString())
        .orElse(from.name() + "@" + image.descriptor().digest());
  }

  private StageState state(From from, SourceSpan span) {
    return switch (from.start()) {
      case Start.OfStage(int index) -> planned(selection.names().stages().get(index)).child();
      case Start.Empty() -> StageState.empty(platform, steps.leaf(new Step.Scratch()));
      case Start.OfImage(Bases.Request request) -> image(from, request, span);
      case Start.OfContext context -> context(from, context);
    };
  }

  private StageState image(From from, Bases.Request request, SourceSpan span) {
    Step.BaseImage image = selection.image(request, from.name(), span);
    Platform wanted = from.platform();
    Platform found = image.config().platform();
    if (!wanted.os().equals(found.os()) || !wanted.architecture().equals(found.architecture())) {
      warnings.add(
          Problem.warning(
                  "InvalidBaseImagePlatform",
                  "Base image "
                      + from.name()
                      + " was pulled with platform \""
                      + found
                      + "\", expected \""
                      + wanted
                      + "\" for current build")
              .at(span));
    }
    return StageState.of(image, steps.base(image));
  }

  /// A stage whose first layer is all files of a context.
  private StageState context(From from, Start.OfContext context) {
    Step files = files(context);
    if (files instanceof Step.Host) {
      return StageState.empty(from.platform(), files);
    }
    StageState state = StageState.empty(from.platform(), steps.leaf(new Step.Scratch()));
    Step layer = files instanceof Step.Source ? all(files, "", Archive.KEEP) : files;
    state.addLayer(layer, "FROM " + from.name());
    return state;
  }

  /// The files behind a name after `from=`.
  private Step source(String name, Stage user, SourceSpan span) {
    Optional<Stage> stage = selection.names().source(name, user, span);
    if (stage.isPresent()) {
      From from = selection.start(stage.get());
      return from.replaced() ? files(from.start(), name, span) : planned(stage.get()).fileSystem;
    }
    return files(selection.external(name), name, span);
  }

  private Step files(Start start, String name, SourceSpan span) {
    return switch (start) {
      case Start.OfStage(int index) -> planned(selection.names().stages().get(index)).fileSystem;
      case Start.Empty() -> steps.leaf(new Step.Scratch());
      case Start.OfImage(Bases.Request request) -> steps.base(selection.image(request, name, span));
      case Start.OfContext context -> Placed.at(span, () -> files(context));
    };
  }

  private Step files(Start.OfContext context) {
    return switch (context.context()) {
      case NamedContext.Directory directory -> steps.source(new SourceSpec.Context(context.name()));
      case NamedContext.Host host -> steps.leaf(new Step.Host());
      case NamedContext.Git git ->
          steps.source(SourceSpec.git(git.url(), Optional.empty(), Optional.empty()));
      case NamedContext.Http http -> {
        SourceSpec.Http spec = SourceSpec.http(http.url(), Optional.empty());
        yield all(steps.source(spec), spec.fileName(), Archive.UNPACK_IF_ARCHIVE);
      }
      case NamedContext.Image image ->
          throw new IllegalStateException("an image is no plain context: " + image);
      case NamedContext.OciLayout layout ->
          throw new IllegalStateException("an image is no plain context: " + layout);
    };
  }

  private Step all(Step files, String path, Archive archive) {
    CopySpec.Item item = new CopySpec.Item(files, path, false, List.of(), false, archive);
    CopySpec spec = new CopySpec(List.of(item), "/", Optional.empty(), Optional.empty(), false);
    return steps.copy(steps.leaf(new Step.Scratch()), spec);
  }
}
