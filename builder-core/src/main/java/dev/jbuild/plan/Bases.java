package dev.jbuild.plan;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.InvalidInput;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What stands behind names that are no stages: named contexts and images. Images are looked up by
/// virtual threads, each once; asked by one thread. Closing it ends look-ups that nobody waits for.
final class Bases implements AutoCloseable {

  private static final String LATEST = ":latest";

  private final BaseImages images;
  private final Map<String, Start.OfContext> contexts = new HashMap<>();
  private final Map<Request, Future<Step.BaseImage>> started = new HashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Bases(BaseImages images, Map<String, NamedContext> contexts) {
    this.images = images;
    contexts.forEach(
        (name, context) -> this.contexts.put(key(name), new Start.OfContext(name, context)));
  }

  /// What a FROM or a `from=` leads to.
  sealed interface Start {

    /// Another stage.
    record OfStage(int index) implements Start {}

    /// The empty file system.
    record Empty() implements Start {}

    /// An image.
    record OfImage(Request request) implements Start {}

    /// A context that is no image.
    ///
    /// @param name as the user wrote it
    record OfContext(String name, NamedContext context) implements Start {}
  }

  /// An image to look up.
  ///
  /// @param name a reference; for a layout the selector
  /// @param layout the directory of an OCI layout; absent: a registry
  record Request(String name, Optional<Path> layout, Platform platform) {}

  /// The context that replaces what `name` means, the one for this platform first. `scratch` and
  /// `context` cannot be replaced.
  Optional<Start> replacement(String name, Platform platform) {
    String key = key(name);
    if (contexts.isEmpty() || key.equals("scratch") || key.equals("context")) {
      return Optional.empty();
    }
    for (String candidate : List.of(key + "::" + platform, key)) {
      Start.OfContext found = contexts.get(candidate);
      if (found != null) {
        return Optional.of(start(found, platform));
      }
    }
    return Optional.empty();
  }

  private static Start start(Start.OfContext found, Platform platform) {
    return switch (found.context()) {
      case NamedContext.Image image -> image(image.reference(), platform);
      case NamedContext.OciLayout layout ->
          new Start.OfImage(new Request(layout.selector(), Optional.of(layout.path()), platform));
      default -> found;
    };
  }

  /// An image by name; `scratch` is the empty file system.
  static Start image(String name, Platform platform) {
    return name.equals("scratch")
        ? new Start.Empty()
        : new Start.OfImage(new Request(name, Optional.empty(), platform));
  }

  /// Names are compared as image references are: `alpine`, `docker.io/library/alpine:latest` and
  /// `Alpine` are one.
  static String key(String name) {
    int split = name.indexOf("::");
    if (split >= 0) {
      return key(name.substring(0, split)) + "::" + platform(name.substring(split + 2));
    }
    String lower = name.toLowerCase(Locale.ROOT);
    try {
      String familiar = ImageReference.parse(lower).familiar();
      return familiar.endsWith(LATEST)
          ? familiar.substring(0, familiar.length() - LATEST.length())
          : familiar;
    } catch (InvalidInput e) {
      // Stage names need not be references.
      return lower;
    }
  }

  private static String platform(String text) {
    return Platform.parse(text).toString();
  }

  /// Begins a look-up, so that [#get] need not wait so long.
  void begin(Start start) {
    if (start instanceof Start.OfImage(Request request)) {
      lookUp(request);
    }
  }

  private Future<Step.BaseImage> lookUp(Request request) {
    return started.computeIfAbsent(request, r -> threads.submit(() -> resolve(r)));
  }

  private Step.BaseImage resolve(Request request) {
    return request.layout().isPresent()
        ? images.resolveLayout(request.layout().get(), request.name(), request.platform())
        : images.resolve(request.name(), request.platform());
  }

  /// The image, waiting for it. Throws what [BaseImages] throws.
  Step.BaseImage get(Request request) {
    Future<Step.BaseImage> image = lookUp(request);
    try {
      return image.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case BuildException problem -> throw problem;
        case RuntimeException bug -> throw bug;
        case Error error -> throw error;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
