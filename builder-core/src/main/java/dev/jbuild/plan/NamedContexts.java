package dev.jbuild.plan;

import dev.jbuild.oci.Platform;
import dev.jbuild.plan.CopySpec.Archive;
import dev.jbuild.plan.CopySpec.Item;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// The contexts that the user named: each stands for a stage or an image of that name.
final class NamedContexts {

  private final Map<String, NamedContext> contexts;
  private final BaseImages images;
  private final Steps steps;

  NamedContexts(Map<String, NamedContext> contexts, BaseImages images, Steps steps) {
    this.contexts = contexts;
    this.images = images;
    this.steps = steps;
  }

  /// The context for `name`, the one for this platform first. `scratch` and `context` cannot be
  /// replaced.
  Optional<NamedContext> find(String name, Platform platform) {
    String key = name.toLowerCase(Locale.ROOT);
    if (key.endsWith(":latest")) {
      key = key.substring(0, key.length() - ":latest".length());
    }
    if (key.equals("scratch") || key.equals("context")) {
      return Optional.empty();
    }
    for (String candidate :
        List.of(key + "::" + platform, key, key + ":latest::" + platform, key + ":latest")) {
      NamedContext context = contexts.get(candidate);
      if (context != null) {
        return Optional.of(context);
      }
    }
    return Optional.empty();
  }

  /// A stage that starts from a context.
  StageState start(
      String name, NamedContext context, Platform platform, Origins origins, SourceSpan span) {
    Optional<Step.BaseImage> image = image(context, platform);
    if (image.isPresent()) {
      Step step = steps.leaf(new Step.Base(image.get()));
      steps.origin(step, origins.next("FROM " + PlatformPlanner.described(image.get()), span));
      return StageState.of(image.get(), step);
    }
    if (context instanceof NamedContext.Host) {
      origins.next("FROM " + name, span);
      return StageState.empty(steps.leaf(new Step.Host()));
    }
    CopySpec all =
        new CopySpec(
            List.of(
                new Item(
                    files(name, context, platform), "", false, List.of(), false, Archive.KEEP)),
            "/",
            Optional.empty(),
            Optional.empty(),
            false);
    StageState state = StageState.empty(steps.leaf(new Step.Scratch()));
    state.fileSystem = steps.copy(state.fileSystem, all, origins.next("FROM " + name, span));
    state.noteLayer("FROM " + name);
    return state;
  }

  /// The files of a context, as a source of copies and mounts.
  Step files(String name, NamedContext context, Platform platform) {
    Optional<Step.BaseImage> image = image(context, platform);
    if (image.isPresent()) {
      return steps.leaf(new Step.Base(image.get()));
    }
    return switch (context) {
      case NamedContext.Host host -> steps.leaf(new Step.Host());
      case NamedContext.Directory directory ->
          steps.leaf(new Step.Source(new SourceSpec.Context(key(name))));
      default ->
          throw new InvalidInput(
              Problem.error(
                  "NotYetSupported",
                  "the named context " + name + " is of a kind not supported yet"));
    };
  }

  private String key(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return contexts.containsKey(lower) ? lower : lower.replaceAll(":latest$", "");
  }

  private Optional<Step.BaseImage> image(NamedContext context, Platform platform) {
    return switch (context) {
      case NamedContext.Image image -> Optional.of(images.resolve(image.reference(), platform));
      case NamedContext.OciLayout layout ->
          Optional.of(images.resolveLayout(layout.path(), layout.selector(), platform));
      default -> Optional.empty();
    };
  }
}
