package dev.jbuild.execute;

import dev.jbuild.export.BuiltImage;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.PlannedImage.PlannedHistory;
import dev.jbuild.plan.Step;
import dev.jbuild.snapshot.Clamp;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.Layer;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image whose steps are done: times and digests are filled in, layers become blobs when asked
/// for.
final class FinishedImage implements BuiltImage {

  private final ImageConfig config;
  private final List<BuiltLayer> layers;
  private final Snapshot snapshot;
  private final LayerTrees trees;

  private FinishedImage(
      ImageConfig config, List<BuiltLayer> layers, Snapshot snapshot, LayerTrees trees) {
    this.config = config;
    this.layers = List.copyOf(layers);
    this.snapshot = snapshot;
    this.trees = trees;
  }

  /// @param times the time of each step that made a layer
  static FinishedImage of(
      PlannedImage plan,
      Snapshot snapshot,
      Executor.Inputs times,
      Timestamps timestamps,
      LayerTrees trees,
      ClampedLayers export)
      throws IOException {
    List<BuiltLayer> layers = new ArrayList<>();
    List<Digest> diffIds = new ArrayList<>();
    List<Clamp> clamps = clamps(plan, times, timestamps);
    for (int i = 0; i < snapshot.layers().size(); i++) {
      List<Layer> below = snapshot.layers().subList(0, i);
      BuiltLayer layer = export.layer(snapshot.layers().get(i), below, clamps.get(i));
      layers.add(layer);
      diffIds.add(layer.diffId());
    }
    Instant created = timestamps.clamp().orElse(snapshot.epoch()).truncatedTo(ChronoUnit.SECONDS);
    ImageConfig config =
        new ImageConfig(
            plan.platform(),
            Optional.of(created),
            plan.author(),
            plan.config(),
            diffIds,
            history(plan, times, timestamps),
            plan.extra());
    return new FinishedImage(config, layers, snapshot, trees);
  }

  /// What each layer's times are limited to. What a command or WORKDIR made counts as made now,
  /// though in its tree it is as old as the step's inputs.
  private static List<Clamp> clamps(
      PlannedImage plan, Executor.Inputs times, Timestamps timestamps) {
    List<Clamp> clamps = new ArrayList<>();
    for (PlannedHistory planned : plan.history()) {
      if (planned.entry().emptyLayer()) {
        continue;
      }
      Clamp clamp = timestamps.clamp().map(Clamp::to).orElse(Clamp.NONE);
      Optional<Step> invented =
          planned
              .step()
              .filter(step ->
                  step instanceof Step.Run
                      || (step instanceof Step.Copy copy && copy.spec().items().isEmpty()));
      clamps.add(
          timestamps.clamp().isPresent() && invented.isPresent()
              ? clamp.made(times.of(invented.get()).epoch())
              : clamp);
    }
    return clamps;
  }

  /// An entry of this build has the time of the last step before it that made something.
  private static List<History> history(
      PlannedImage plan, Executor.Inputs times, Timestamps timestamps) {
    List<History> history = new ArrayList<>();
    Instant last =
        plan.history().stream()
            .flatMap(h -> h.entry().created().stream())
            .reduce((a, b) -> b)
            .orElse(Instant.EPOCH);
    for (PlannedHistory planned : plan.history()) {
      History entry = planned.entry();
      Optional<Step> step = planned.step();
      if (step.isPresent()) {
        last = times.of(step.get()).epoch();
      }
      Instant time = timestamps.clamp().orElse(last).truncatedTo(ChronoUnit.SECONDS);
      history.add(
          entry.created().isPresent() || entry.comment().isEmpty()
              ? entry
              : new History(
                  Optional.of(time),
                  entry.createdBy(),
                  entry.author(),
                  entry.comment(),
                  entry.emptyLayer()));
    }
    return history;
  }

  Snapshot snapshot() {
    return snapshot;
  }

  /// The same with one more member in its configuration.
  ///
  /// @param json its value
  FinishedImage withMember(String name, String json) {
    Map<String, String> extra = new LinkedHashMap<>(config.extra());
    extra.put(name, json);
    ImageConfig more =
        new ImageConfig(
            config.platform(),
            config.created(),
            config.author(),
            config.config(),
            config.diffIds(),
            config.history(),
            extra);
    return new FinishedImage(more, layers, snapshot, trees);
  }

  @Override
  public ImageConfig config() {
    return config;
  }

  @Override
  public List<BuiltLayer> layers() {
    return layers;
  }

  @Override
  public FileTree tree() throws IOException {
    return trees.open(snapshot);
  }
}
