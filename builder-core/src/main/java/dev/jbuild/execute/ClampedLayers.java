package dev.jbuild.execute;

import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.KeyWriter;
import dev.jbuild.cache.StepKey;
import dev.jbuild.export.BuiltImage.BuiltLayer;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Clamp;
import dev.jbuild.snapshot.Layer;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The layers of an image, with their times limited where that is asked for. What a layer became
/// then is remembered by what it was and by the limit, in the caches too: so that nothing of an
/// image that is known has to be fetched to find it out.
final class ClampedLayers {

  private final LayerExport export;
  private final BuildCache cache;
  private final CacheRecorder recorder;

  ClampedLayers(LayerExport export, BuildCache cache, CacheRecorder recorder) {
    this.export = export;
    this.cache = cache;
    this.recorder = recorder;
  }

  /// @param clamp of the times in a layer of our own
  BuiltLayer layer(Layer layer, List<Layer> below, Clamp clamp) throws IOException {
    if (clamp.equals(Clamp.NONE) || export.isOfBase(layer)) {
      return export.layer(layer, below);
    }
    StepKey key =
        new KeyWriter("clamped-layer")
            .add("chain", layer.chainId())
            .add("latest", Long.toString(clamp.latest()))
            .add("made", Long.toString(clamp.made()))
            .key();
    Optional<BuiltLayer> known = known(key.digest(), layer, below, clamp);
    BuiltLayer result = known.isPresent() ? known.get() : made(key, layer, below, clamp);
    recorder.record(key.digest(), result);
    return result;
  }

  private Optional<BuiltLayer> known(Digest key, Layer layer, List<Layer> below, Clamp clamp)
      throws IOException {
    Optional<CacheEntry> entry = cache.find(key).filter(e -> e.diffIds().size() == 1);
    return entry.isPresent()
        ? export.clampedAtHand(layer, below, clamp, entry.get().diffIds().getFirst())
        : Optional.empty();
  }

  private BuiltLayer made(StepKey key, Layer layer, List<Layer> below, Clamp clamp)
      throws IOException {
    Digest diffId = export.clampedDiffId(layer, below, clamp);
    cache.put(key.digest(), new CacheEntry(List.of(diffId), Instant.EPOCH, key));
    return export.clamped(layer, below, clamp, diffId);
  }
}
