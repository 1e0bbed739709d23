package dev.jbuild.sandbox.limit;

import java.util.Locale;
import java.util.OptionalLong;

/// What all processes of a step may use together.
///
/// @param memoryBytes without swap
/// @param milliCpus thousandths of a processor
/// @param processes and threads, at a time
public record Quota(OptionalLong memoryBytes, OptionalLong milliCpus, OptionalLong processes) {

  public static final Quota NONE =
      new Quota(OptionalLong.empty(), OptionalLong.empty(), OptionalLong.empty());

  /// What can be limited.
  enum Kind {
    MEMORY,
    CPU,
    PIDS;

    /// The kernel's controller of it.
    String controller() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  public boolean isEmpty() {
    return equals(NONE);
  }

  OptionalLong of(Kind kind) {
    return switch (kind) {
      case MEMORY -> memoryBytes;
      case CPU -> milliCpus;
      case PIDS -> processes;
    };
  }

  /// `64 MiB`, for people.
  public String memoryText() {
    long value = memoryBytes.orElse(0);
    return value % (1 << 20) == 0 ? (value >> 20) + " MiB" : value + " bytes";
  }

  /// `memory 64 MiB`, for people.
  String text(Kind kind) {
    long value = of(kind).orElse(0);
    return switch (kind) {
      case MEMORY -> "memory " + memoryText();
      case CPU -> "processors " + (value % 1000 == 0 ? value / 1000 + "" : value / 1000.0 + "");
      case PIDS -> "processes " + value;
    };
  }
}
