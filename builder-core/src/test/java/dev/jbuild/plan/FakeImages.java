package dev.jbuild.plan;

import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Base images that exist only in the test.
public class FakeImages implements BaseImages {

  private final Map<String, ImageConfig> configs = new HashMap<>();
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  /// With `busybox`, as in the shared cases.
  public static FakeImages standard() {
    ContainerConfig config =
        ContainerConfig.EMPTY
            .withEnv(List.of("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"))
            .withCmd(Optional.of(List.of("sh")));
    return new FakeImages().with("busybox", config).with("latest", config);
  }

  FakeImages with(String name, ContainerConfig config) {
    return with(name, config, Platform.of("linux", "amd64"));
  }

  FakeImages with(String name, ContainerConfig config, Platform platform) {
    History layer = entry("ADD rootfs in /", false);
    History command = entry("CMD [\"sh\"]", true);
    return with(
        name,
        new ImageConfig(
            platform,
            Optional.empty(),
            Optional.empty(),
            config,
            List.of(Digest.ofUtf8("layer of " + name)),
            List.of(layer, command),
            Map.of()));
  }

  public FakeImages with(String name, ImageConfig config) {
    configs.put(NamedContexts.key(name), config);
    return this;
  }

  static History entry(String createdBy, boolean empty) {
    return new History(
        Optional.empty(), Optional.of(createdBy), Optional.empty(), Optional.empty(), empty);
  }

  @Override
  public Step.BaseImage resolve(String name, Platform platform) {
    asked.add(name + " " + platform);
    return image(name, Optional.of(ImageReference.parse(name)), Optional.empty());
  }

  @Override
  public Step.BaseImage resolveLayout(Path directory, String selector, Platform platform) {
    asked.add(directory + selector + " " + platform);
    return image("latest", Optional.empty(), Optional.of(directory));
  }

  private Step.BaseImage image(
      String name, Optional<ImageReference> reference, Optional<Path> location) {
    ImageConfig config = configs.get(NamedContexts.key(name));
    if (config == null) {
      throw new Unavailable(Problem.error("ImageNotFound", name + ": not found"));
    }
    List<Descriptor> layers =
        config.diffIds().stream()
            .map(digest -> Descriptor.of(MediaTypes.OCI_LAYER_GZIP, digest, 7))
            .toList();
    Descriptor stored = Descriptor.of(MediaTypes.OCI_CONFIG, Digest.ofUtf8("config " + name), 5);
    return new Step.BaseImage(
        name,
        reference,
        location,
        config.platform(),
        Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.ofUtf8("manifest " + name), 9),
        new Manifest(MediaTypes.OCI_MANIFEST, stored, layers, Map.of()),
        config);
  }
}
