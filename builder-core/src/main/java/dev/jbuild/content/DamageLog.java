package dev.jbuild.content;

import dev.jbuild.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Entries of the state that were found damaged before they were used, and dropped: told once, in
/// one warning. Safe for several threads.
public final class DamageLog {

  private static final int SHOWN = 3;

  private final List<String> dropped = new ArrayList<>();
  private int more;

  /// @param what for people: `layer sha256:...`
  public synchronized void dropped(String what) {
    if (dropped.size() < SHOWN) {
      if (!dropped.contains(what)) {
        dropped.add(what);
      }
    } else {
      more++;
    }
  }

  /// What was dropped since the last call, as one warning; empty when nothing was.
  public synchronized Optional<Problem> take() {
    if (dropped.isEmpty()) {
      return Optional.empty();
    }
    String text = String.join(", ", dropped) + (more > 0 ? " and " + more + " more" : "");
    dropped.clear();
    more = 0;
    return Optional.of(
        Problem.warning("StateDamaged", "damaged in the state directory and dropped: " + text)
            .help("what was needed of it is made anew"));
  }
}
