package dev.jbuild.execute;

import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Layer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What a step leaves: a stack of layers and its time.
///
/// @param layers lowest first; empty for the empty file system
/// @param epoch the newest time among the step's inputs, whole seconds
/// @param hostBelow whether the machine's own root file system lies below the layers
record Snapshot(List<Layer> layers, Instant epoch, boolean hostBelow) {

  static final Snapshot SCRATCH = new Snapshot(List.of(), Instant.EPOCH, false);
  static final Snapshot HOST = new Snapshot(List.of(), Instant.EPOCH, true);

  Snapshot {
    layers = List.copyOf(layers);
  }

  static Snapshot of(List<Digest> diffIds, Instant epoch) {
    List<Layer> layers = new ArrayList<>();
    for (Digest diffId : diffIds) {
      layers.add(layers.isEmpty() ? Layer.first(diffId) : layers.getLast().next(diffId));
    }
    return new Snapshot(layers, epoch, false);
  }

  /// This file system with one more layer.
  Snapshot plus(Digest diffId, Instant time) {
    List<Layer> more = new ArrayList<>(layers);
    more.add(next(diffId));
    return new Snapshot(more, time, hostBelow);
  }

  /// This file system with the layers of another on top, which lies on nothing.
  Snapshot plus(Snapshot above) {
    Snapshot merged = this;
    for (Digest diffId : above.diffIds()) {
      merged = merged.plus(diffId, above.epoch.isAfter(epoch) ? above.epoch : epoch);
    }
    return merged;
  }

  Layer next(Digest diffId) {
    return layers.isEmpty() ? Layer.first(diffId) : layers.getLast().next(diffId);
  }

  List<Digest> diffIds() {
    return layers.stream().map(Layer::diffId).toList();
  }

  /// Identifies the whole content; equal values mean equal trees.
  String contentId() {
    return layers.isEmpty() ? "scratch" : layers.getLast().chainId().toString();
  }
}
