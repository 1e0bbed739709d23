package dev.jbuild;

import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BaseImages;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Unavailable;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Base images for a look at a Dockerfile: where a registry does not answer, does not know us, or
/// takes too long, an image without anything stands for the one that is not known. Safe for several
/// threads.
final class PatientBases implements BaseImages, AutoCloseable {

  private final ImageSources sources;
  private final long deadline;
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  /// @param patience with all look-ups together
  PatientBases(ImageSources sources, Duration patience) {
    this.sources = sources;
    this.deadline = System.nanoTime() + patience.toNanos();
  }

  @Override
  public Step.BaseImage resolve(String name, Platform platform) {
    Future<Step.BaseImage> image = threads.submit(() -> sources.resolve(name, platform));
    try {
      return image.get(deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      image.cancel(true);
      return standIn(name, platform);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    } catch (ExecutionException e) {
      return switch (e.getCause()) {
        case Unavailable away -> standIn(name, platform);
        case AuthenticationFailed stranger -> standIn(name, platform);
        case BuildException told -> throw told;
        case null, default -> throw new IllegalStateException(e);
      };
    }
  }

  @Override
  public Step.BaseImage resolveLayout(Path directory, String selector, Platform platform) {
    return sources.resolveLayout(directory, selector, platform);
  }

  /// What is known of an image that was asked for.
  Optional<BaseFacts.Base> facts(String name) {
    return unknown.contains(name)
        ? Optional.empty()
        : sources.seen(name).map(image -> KnownBases.facts(image.config().config()));
  }

  private Step.BaseImage standIn(String name, Platform platform) {
    unknown.add(name);
    Descriptor nothing = Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.ofUtf8(name), 0);
    return new Step.BaseImage(
        name,
        Optional.empty(),
        Optional.empty(),
        platform,
        nothing,
        new Manifest(MediaTypes.OCI_MANIFEST, nothing, List.of(), Map.of()),
        new ImageConfig(
            platform,
            Optional.empty(),
            Optional.empty(),
            ContainerConfig.EMPTY,
            List.of(),
            List.of(),
            Map.of()));
  }

  /// Ends the look-ups that nobody waits for.
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
