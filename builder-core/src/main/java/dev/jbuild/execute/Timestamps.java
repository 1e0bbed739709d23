package dev.jbuild.execute;

import java.time.Instant;
import java.util.Optional;

/// What times new files and images get.
///
/// @param keep true: what the clock said, as Docker does; false: files that a step makes get the
///   newest time among the step's inputs, so that equal inputs give equal images
/// @param clamp no time in a new layer is later than this, and it is the image's time:
///   `SOURCE_DATE_EPOCH`
public record Timestamps(boolean keep, Optional<Instant> clamp) {

  public static final Timestamps INPUTS = new Timestamps(false, Optional.empty());

  /// This, clamped to `value` unless it is clamped already.
  public Timestamps withClamp(Optional<Instant> value) {
    return value.isPresent() && clamp.isEmpty() ? new Timestamps(keep, value) : this;
  }
}
