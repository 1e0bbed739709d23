package dev.jbuild.execute;

import dev.jbuild.cache.StepKey;
import dev.jbuild.cache.remote.CacheDocument;
import dev.jbuild.cache.remote.DocumentJson;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.cache.remote.StoredEntry;
import dev.jbuild.cache.remote.StoredLayer;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.export.BuiltImage.BuiltLayer;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The cache that an image carries in its configuration: the steps that it consists of, whose
/// layers are its own.
final class InlineCache {

  private final BaseLayers bases;
  private final Optional<Seal> seal;
  private final EventSink events;

  InlineCache(BaseLayers bases, Optional<Seal> seal, EventSink events) {
    this.bases = bases;
    this.seal = seal;
    this.events = events;
  }

  /// The image with the cache in it. An image whose layers were given other times when they were
  /// exported cannot have one: its layers are not what the steps left.
  ///
  /// @param steps of the plan; others than the image's are left out
  FinishedImage into(
      FinishedImage image,
      List<Step> steps,
      Function<Step, Optional<StepKey>> keys,
      CacheRecorder.Results known)
      throws IOException {
    if (!image.config().diffIds().equals(image.snapshot().diffIds())) {
      events.accept(
          new BuildEvent.Reported(
              Problem.warning(
                      "InlineCacheLeftOut",
                      "the image carries no cache: SOURCE_DATE_EPOCH changed times in its layers")
                  .help("use --cache-to type=registry")));
      return image;
    }
    return image.withMember(
        ConfigJson.INLINE_CACHE, of(image.snapshot(), image.layers(), steps, keys, known));
  }

  private String of(
      Snapshot image,
      List<BuiltLayer> layers,
      List<Step> steps,
      Function<Step, Optional<StepKey>> keys,
      CacheRecorder.Results known)
      throws IOException {
    List<StoredLayer> stack = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      boolean ofBase = bases.find(image.layers().get(i)).isPresent();
      stack.add(
          new StoredLayer(
              layers.get(i).diffId(),
              ofBase ? Optional.empty() : Optional.of(layers.get(i).descriptor())));
    }
    List<Digest> all = image.diffIds();
    Map<Digest, StoredEntry> entries = new HashMap<>();
    for (Step step : steps) {
      Optional<StepKey> key = keys.apply(step);
      Optional<Snapshot> result = key.isEmpty() ? Optional.empty() : known.of(step);
      if (key.isEmpty() || result.isEmpty() || result.get().layers().isEmpty()) {
        continue;
      }
      int count = result.get().layers().size();
      if (count <= all.size() && all.subList(0, count).equals(result.get().diffIds())) {
        entries.put(
            key.get().digest(),
            new StoredEntry(stack.subList(0, count), result.get().epoch(), 0, Optional.empty()));
      }
    }
    CacheDocument document = new CacheDocument(entries);
    byte[] json = DocumentJson.write(seal.map(document::signed).orElse(document));
    return new String(json, StandardCharsets.UTF_8);
  }
}
