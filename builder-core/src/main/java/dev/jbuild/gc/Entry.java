package dev.jbuild.gc;

import java.time.Instant;

/// Something of the state that can go on its own.
///
/// @param path below the state's root, with `/`: `trees/HEX`
/// @param bytes on disk
/// @param used when it was last known to be of use
/// @param need who would miss it
public record Entry(Kind kind, String path, long bytes, Instant used, Need need) {

  /// What it is; the name is also what people give to filters.
  public enum Kind {
    KEYS,
    LAYERS,
    RECORDS,
    FAILED,
    FILES,
    TREES,
    BLOBS,
    MOUNTS,
    DOWNLOADS,
    IMAGES;

    @Override
    public String toString() {
      return name().toLowerCase(java.util.Locale.ROOT);
    }
  }

  /// Who would miss it.
  public enum Need {
    /// A named image.
    IMAGE,
    /// A step whose result is known.
    CACHE,
    /// Nobody.
    NONE
  }
}
