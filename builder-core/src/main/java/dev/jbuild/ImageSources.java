package dev.jbuild;

import dev.jbuild.content.BlobStore;
import dev.jbuild.content.OciLayout;
import dev.jbuild.execute.BaseFetcher;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BaseImages;
import dev.jbuild.plan.Step;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.ResolvedManifest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Base images from registries and OCI layouts. Registries are only touched when one is named.
final class ImageSources implements BaseImages, BaseFetcher {

  private final Supplier<Registries> registries;
  private final KnownBases known;
  private final Map<String, Step.BaseImage> seen = new ConcurrentHashMap<>();

  /// @param known gets what is looked up
  ImageSources(Supplier<Registries> registries, KnownBases known) {
    this.registries = registries;
    this.known = known;
  }

  /// One that reads layouts and asks no registry.
  static ImageSources offline(KnownBases known) {
    return new ImageSources(
        () -> {
          throw new IllegalStateException("no registry is asked here");
        },
        known);
  }

  /// What a name was resolved to so far, for whichever platform came first.
  Optional<Step.BaseImage> seen(String name) {
    return Optional.ofNullable(seen.get(name));
  }

  @Override
  public Step.BaseImage resolve(String name, Platform platform) {
    Step.BaseImage image = lookUp(name, platform);
    seen.putIfAbsent(name, image);
    return image;
  }

  private Step.BaseImage lookUp(String name, Platform platform) {
    ImageReference reference = ImageReference.parse(name);
    ResolvedManifest found = registries.get().resolve(reference, platform);
    known.note(reference, platform, found.config().config());
    return new Step.BaseImage(
        reference.familiar(),
        Optional.of(reference),
        Optional.empty(),
        found.platform(),
        found.descriptor(),
        found.manifest(),
        found.config());
  }

  @Override
  public Step.BaseImage resolveLayout(Path directory, String selector, Platform platform) {
    OciLayout layout = new OciLayout(directory);
    Descriptor descriptor = layout.find(selector, platform);
    Manifest manifest = OciJson.readManifest(layout.blob(descriptor.digest()));
    var config = ConfigJson.read(layout.blob(manifest.config().digest()));
    return new Step.BaseImage(
        directory.getFileName() + selector,
        Optional.empty(),
        Optional.of(directory),
        config.platform(),
        descriptor,
        manifest,
        config);
  }

  @Override
  public void fetch(Step.BaseImage image, Descriptor layer, BlobStore into) throws IOException {
    if (image.location().isEmpty()) {
      registries.get().pull(image.reference().orElseThrow(), layer, into);
      return;
    }
    try (InputStream in = new OciLayout(image.location().get()).open(layer.digest())) {
      into.store(layer.mediaType(), Optional.of(layer), in::transferTo);
    }
  }
}
