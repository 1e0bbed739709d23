package dev.jbuild.gc;

import dev.jbuild.gc.Entry.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// What shall go.
///
/// @param all everything that no living build uses, images too
/// @param keepBytes the least recently used goes until no more than this is left
/// @param maxAge what was not used for longer goes
/// @param kinds only these; empty: all kinds
/// @param dryRun only say what would go
public record PruneRequest(
    boolean all,
    OptionalLong keepBytes,
    Optional<Duration> maxAge,
    Set<Kind> kinds,
    boolean dryRun) {

  public PruneRequest {
    kinds = Set.copyOf(kinds);
  }

  /// What nobody needs.
  public static final PruneRequest UNNEEDED =
      new PruneRequest(false, OptionalLong.empty(), Optional.empty(), Set.of(), false);

  /// Everything.
  public static final PruneRequest ALL =
      new PruneRequest(true, OptionalLong.empty(), Optional.empty(), Set.of(), false);

  /// The least recently used until no more than `bytes` is left.
  public static PruneRequest keep(long bytes) {
    return new PruneRequest(false, OptionalLong.of(bytes), Optional.empty(), Set.of(), false);
  }
}
