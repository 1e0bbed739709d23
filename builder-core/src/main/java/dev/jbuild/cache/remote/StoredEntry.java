package dev.jbuild.cache.remote;

import dev.jbuild.oci.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The result of a step in a cache outside this machine.
///
/// @param layers the whole stack, lowest first
/// @param epoch the step's time, whole seconds
/// @param usedDay the last day it was used, counted from 1970; 0 when nobody counts
/// @param signature over key, layers and epoch, as [Seal] makes it
public record StoredEntry(
    List<StoredLayer> layers, Instant epoch, long usedDay, Optional<String> signature) {

  public StoredEntry {
    layers = List.copyOf(layers);
  }

  List<Digest> diffIds() {
    return layers.stream().map(StoredLayer::diffId).toList();
  }

  StoredEntry signed(String value) {
    return new StoredEntry(layers, epoch, usedDay, Optional.of(value));
  }

  /// Whether both say the same of the step, whoever signed it and whenever it was used.
  boolean sameResult(StoredEntry other) {
    return layers.equals(other.layers) && epoch.equals(other.epoch);
  }
}
