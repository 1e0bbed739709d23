package dev.jbuild.cli.progress;

import java.time.Duration;
import java.util.Locale;

/// Sizes and times for people.
final class Amounts {

  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};

  private Amounts() {}

  /// `1.2s`, `3m04s`.
  static String time(Duration time) {
    long seconds = time.toSeconds();
    if (seconds < 60) {
      return String.format(Locale.ROOT, "%.1fs", Math.floor(time.toMillis() / 100.0) / 10);
    }
    return seconds < 3600
        ? String.format(Locale.ROOT, "%dm%02ds", seconds / 60, seconds % 60)
        : String.format(
            Locale.ROOT, "%dh%02dm%02ds", seconds / 3600, seconds / 60 % 60, seconds % 60);
  }

  /// `3.4MB`, in steps of 1000 as registries and `docker` count.
  static String bytes(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= 999.5 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0
        ? bytes + "B"
        : String.format(Locale.ROOT, value < 9.95 ? "%.1f%s" : "%.0f%s", value, UNITS[unit]);
  }

  /// `1.2MB / 3.4MB`, or the first alone when the total is not known.
  static String bytes(long bytes, long total) {
    return total < 0 ? bytes(bytes) : bytes(bytes) + " / " + bytes(total);
  }
}
