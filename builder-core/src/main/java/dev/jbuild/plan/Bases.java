package dev.jbuild.plan;

import dev.jbuild.oci.Platform;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What stands behind names that are no stages: named contexts and images. Images are looked up by
/// virtual threads, each once; asked by one thread. Closing it ends look-ups that nobody waits for.
final class Bases implements AutoCloseable {

  private final BaseImages images;
  private final NamedContexts contexts;
  private final Map<Request, Future<Step.BaseImage>> started = new HashMap<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Bases(BaseImages images, Map<String, NamedContext> contexts) {
    this.images = images;
    this.contexts = new NamedContexts(contexts);
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

  /// The context that replaces what `name` means.
  Optional<Start> replacement(String name, Platform platform) {
    return contexts.replacing(name, platform).map(found -> start(found, platform));
  }

  private static Start start(NamedContexts.Named found, Platform platform) {
    return switch (found.context()) {
      case NamedContext.Image image -> image(image.reference(), platform);
      case NamedContext.OciLayout layout ->
          new Start.OfImage(new Request(layout.selector(), Optional.of(layout.path()), platform));
      default -> new Start.OfContext(found.name(), found.context());
    };
  }

  /// An image by name; `scratch` is the empty file system.
  static Start image(String name, Platform platform) {
    return name.equals("scratch")
        ? new Start.Empty()
        : new Start.OfImage(new Request(name, Optional.empty(), platform));
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
