package dev.jbuild;

import dev.jbuild.content.Leases;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.gc.Entry;
import dev.jbuild.gc.PruneRequest;
import dev.jbuild.gc.Pruner;
import dev.jbuild.gc.StateUse;
import dev.jbuild.gc.Verifier;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.util.List;

/// What the state directory takes on disk, how to get it back, and whether it is whole. Builds may
/// run meanwhile. Throws [Unavailable] when the directory cannot be read or changed.
public final class DiskState {

  private final StateDirectory state;
  private final TempSpace temp;
  private final Leases leases;

  DiskState(StateDirectory state, TempSpace temp, Leases leases) {
    this.state = state;
    this.temp = temp;
    this.leases = leases;
  }

  /// Measures, as `du` does.
  public StateUse usage() {
    return work("measure", () -> StateUse.measure(state));
  }

  /// Removes what the request says and no living build uses; returns what went.
  public List<Entry> prune(PruneRequest request) {
    return work("prune", () -> new Pruner(state, temp, leases).prune(request));
  }

  /// Reads everything and drops what is damaged.
  public Verifier.Found verify() {
    return work("verify", () -> new Verifier(state, temp, leases).verify());
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T work(String what, Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error(
              "InputOutputFailed",
              "cannot " + what + " the state directory " + state.root() + ": " + e.getMessage()),
          e);
    }
  }
}
