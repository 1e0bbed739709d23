package dev.jbuild.snapshot;

import java.time.Instant;

/// Limits the times in a layer that is written.
///
/// @param latest no time is later, in seconds
/// @param made the time, in seconds, that stands for "this build made it": it becomes `latest` too,
///   even when it is earlier
public record Clamp(long latest, long made) {

  /// Leaves every time as it is.
  public static final Clamp NONE = new Clamp(Long.MAX_VALUE, Long.MAX_VALUE);

  /// Takes away what is later than `time`.
  public static Clamp to(Instant time) {
    return new Clamp(time.getEpochSecond(), Long.MAX_VALUE);
  }

  /// The same for a layer in which `time` stands for "made by this build".
  public Clamp made(Instant time) {
    return new Clamp(latest, time.getEpochSecond());
  }

  long of(long seconds) {
    return seconds == made ? latest : Math.min(seconds, latest);
  }
}
