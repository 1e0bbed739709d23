package dev.jbuild;

import dev.jbuild.cache.KeptFailures;
import dev.jbuild.content.DamageLog;
import dev.jbuild.content.Leases;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.gc.Pruner;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Layer;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Sees to it that no more failed steps are kept than [KeptFailures#KEPT].
final class OldFailures {

  private final StateDirectory state;
  private final TempSpace temp;
  private final Leases leases;

  OldFailures(StateDirectory state, TempSpace temp, Leases leases) {
    this.state = state;
    this.temp = temp;
    this.leases = leases;
  }

  /// Removes the records, then the layers on top of what they name, as far as nobody else needs
  /// them.
  void forget() throws IOException {
    KeptFailures failures = new KeptFailures(state.failed(), new DamageLog());
    Set<String> trees = new HashSet<>();
    for (String id : failures.old()) {
      Optional<KeptFailures.Kept> kept = failures.find(id);
      kept.ifPresent(k -> k.stacks().forEach(stack -> trees.addAll(top(stack))));
      failures.remove(id);
    }
    if (!trees.isEmpty()) {
      new Pruner(state, temp, leases).removeUnneeded(trees);
    }
  }

  /// The trees in which the topmost layer may lie.
  private static Set<String> top(List<Digest> diffIds) {
    Set<String> trees = new HashSet<>();
    Layer layer = null;
    for (Digest diffId : diffIds) {
      layer = layer == null ? Layer.first(diffId) : layer.next(diffId);
    }
    if (layer != null) {
      trees.add("trees/" + layer.chainId().hex());
      trees.add("trees/any-" + layer.diffId().hex());
    }
    return trees;
  }
}
