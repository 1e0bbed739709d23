package dev.jbuild.execute;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.Step;
import dev.jbuild.snapshot.Layer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The layers of the base images of one build: which blob each is and where that can be had. Safe
/// for several threads.
final class BaseLayers {

  /// A base layer's blob and the image it belongs to.
  record BaseLayer(Step.BaseImage image, Descriptor blob) {}

  private final Map<Digest, BaseLayer> byChain = new ConcurrentHashMap<>();

  /// The file system of a base image; nothing is fetched.
  Snapshot snapshot(Step.BaseImage image) {
    List<Digest> diffIds = image.config().diffIds();
    Instant created = image.config().created().orElse(Instant.EPOCH);
    Snapshot snapshot =
        Snapshot.of(diffIds, Instant.ofEpochSecond(Math.max(0, created.getEpochSecond())));
    for (int i = 0; i < diffIds.size(); i++) {
      byChain.putIfAbsent(
          snapshot.layers().get(i).chainId(),
          new BaseLayer(image, image.manifest().layers().get(i)));
    }
    return snapshot;
  }

  Optional<BaseLayer> find(Layer layer) {
    return Optional.ofNullable(byChain.get(layer.chainId()));
  }
}
