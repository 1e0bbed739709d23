package dev.jbuild.cachemount;

import java.util.Locale;

/// Amounts for people.
final class Megabytes {

  private Megabytes() {}

  static String of(long bytes) {
    return bytes < 10_000_000
        ? String.format(Locale.ROOT, "%.2f MB", bytes / 1e6)
        : String.format(Locale.ROOT, "%.0f MB", bytes / 1e6);
  }
}
