package dev.jbuild;

import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.NamedContext;
import dev.jbuild.plan.NamedContexts;
import dev.jbuild.problem.BuildException;
import java.util.Optional;
import java.util.function.Function;

/// The base images of one build as its checks see them: through the named contexts that replace
/// them.
final class TaskBases {

  private final NamedContexts contexts;
  private final ImageSources sources;
  private final Platform platform;
  private final Function<String, Optional<BaseFacts.Base>> images;

  /// @param sources for layouts
  /// @param images by name, what is known of those from registries
  TaskBases(
      BuildTask task, ImageSources sources, Function<String, Optional<BaseFacts.Base>> images) {
    this.contexts = new NamedContexts(task.contexts());
    this.sources = sources;
    this.platform = task.platforms().getFirst();
    this.images = images;
  }

  Optional<BaseFacts.Base> find(String image) {
    return contexts.replacing(image, platform).map(this::replaced).orElseGet(() -> known(image));
  }

  private Optional<BaseFacts.Base> replaced(NamedContexts.Named by) {
    return switch (by.context()) {
      case NamedContext.Image image -> known(image.reference());
      case NamedContext.OciLayout layout -> layout(layout);
      default -> Optional.of(BaseFacts.Base.PLAIN);
    };
  }

  private Optional<BaseFacts.Base> known(String image) {
    return image.equals("scratch") ? Optional.of(BaseFacts.Base.PLAIN) : images.apply(image);
  }

  private Optional<BaseFacts.Base> layout(NamedContext.OciLayout layout) {
    try {
      var image = sources.resolveLayout(layout.path(), layout.selector(), platform);
      return Optional.of(KnownBases.facts(image.config().config()));
    } catch (BuildException e) {
      return Optional.empty();
    }
  }
}
