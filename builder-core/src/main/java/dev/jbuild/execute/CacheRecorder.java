package dev.jbuild.execute;

import dev.jbuild.cache.StepKey;
import dev.jbuild.cache.remote.CacheExport;
import dev.jbuild.content.BlobStore;
import dev.jbuild.export.BuiltImage.BuiltLayer;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.Step;
import dev.jbuild.snapshot.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// Hands results of steps to the caches that are filled: as they are made, and at the end those
/// that were known. Safe for several threads.
final class CacheRecorder {

  private final List<CacheExport> exports;
  private final LayerExport layers;
  private final BaseLayers bases;
  private final BlobStore blobs;
  private final Set<Step> ofImages;

  CacheRecorder(
      List<CacheExport> exports,
      BuildPlan plan,
      LayerExport layers,
      BaseLayers bases,
      BlobStore blobs) {
    this.exports = exports;
    this.layers = layers;
    this.bases = bases;
    this.blobs = blobs;
    this.ofImages = ofImages(plan);
  }

  /// The steps whose layers are in the images.
  private static Set<Step> ofImages(BuildPlan plan) {
    Set<Step> steps = new HashSet<>();
    for (PlannedImage image : plan.images()) {
      Step step = image.fileSystem();
      while (steps.add(step)) {
        step =
            switch (step) {
              case Step.Copy copy -> copy.onto();
              case Step.Run run -> run.root();
              case Step.Merge merge -> {
                steps.add(merge.layer());
                yield merge.onto();
              }
              case Step leaf -> leaf;
            };
      }
    }
    return steps;
  }

  void record(Step step, Digest key, List<Digest> diffIds, Instant epoch) throws IOException {
    for (CacheExport export : exports) {
      if (export.options().max() || ofImages.contains(step)) {
        export.add(key, outgoing(Snapshot.of(diffIds, epoch)), epoch);
      }
    }
  }

  /// Hands on a layer that is no step's result.
  void record(Digest key, BuiltLayer layer) {
    for (CacheExport export : exports) {
      export.add(key, List.of(new OutgoingLayer(layer, false)), Instant.EPOCH);
    }
  }

  /// The results that are still to be had.
  @FunctionalInterface
  interface Results {
    Optional<Snapshot> of(Step step) throws IOException;
  }

  /// Records what the build found without making it.
  void recordKnown(List<Step> ordered, Function<Step, Optional<StepKey>> keys, Results known)
      throws IOException {
    if (exports.isEmpty()) {
      return;
    }
    for (Step step : ordered) {
      Optional<StepKey> key = keys.apply(step);
      Optional<Snapshot> result = key.isEmpty() ? Optional.empty() : known.of(step);
      if (key.isPresent() && result.isPresent()) {
        record(step, key.get().digest(), result.get().diffIds(), result.get().epoch());
      }
    }
  }

  private List<CacheExport.Outgoing> outgoing(Snapshot snapshot) throws IOException {
    List<CacheExport.Outgoing> stack = new ArrayList<>();
    for (int i = 0; i < snapshot.layers().size(); i++) {
      Layer layer = snapshot.layers().get(i);
      stack.add(
          new OutgoingLayer(
              layers.layer(layer, snapshot.layers().subList(0, i)), bases.find(layer).isPresent()));
    }
    return stack;
  }

  private final class OutgoingLayer implements CacheExport.Outgoing {
    private final BuiltLayer layer;
    private final boolean ofBase;

    OutgoingLayer(BuiltLayer layer, boolean ofBase) {
      this.layer = layer;
      this.ofBase = ofBase;
    }

    @Override
    public Digest diffId() {
      return layer.diffId();
    }

    @Override
    public boolean ofBase() {
      return ofBase;
    }

    @Override
    public Descriptor descriptor() throws IOException {
      return layer.descriptor();
    }

    @Override
    public InputStream open() throws IOException {
      layer.materialize();
      return blobs.open(layer.descriptor().digest());
    }

    @Override
    public Optional<ImageReference> origin() {
      return layer.origin();
    }
  }
}
