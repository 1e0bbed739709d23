package dev.jbuild.plan.scope;

import dev.jbuild.oci.Healthcheck;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The `created_by` texts of image history entries, letter by letter as BuildKit writes them, so
/// that tools that read them understand ours.
public final class HistoryText {

  /// Stands behind the text of every RUN, COPY and ADD.
  public static final String MARK = " # buildkit";

  private static final long SECOND = 1_000_000_000L;

  private HistoryText() {}

  /// `ENV A=b C=d`, `LABEL a=b`.
  public static String assignments(String keyword, List<Map.Entry<String, String>> pairs) {
    StringBuilder text = new StringBuilder(keyword);
    pairs.forEach(p -> text.append(' ').append(p.getKey()).append('=').append(p.getValue()));
    return text.toString();
  }

  /// `RUN |1 A=b /bin/sh -c make # buildkit`.
  ///
  /// @param declared `NAME=value` of the arguments declared so far
  public static String run(List<String> declared, List<String> arguments) {
    List<String> words = new ArrayList<>(List.of("RUN"));
    if (!declared.isEmpty()) {
      words.add("|" + declared.size());
      words.addAll(declared);
    }
    words.addAll(arguments);
    return String.join(" ", words) + MARK;
  }

  /// `[a b]`.
  public static String list(List<String> words) {
    return "[" + String.join(" ", words) + "]";
  }

  /// `["a" "b"]`.
  public static String quoted(List<String> words) {
    return list(words.stream().map(HistoryText::quote).toList());
  }

  /// `HEALTHCHECK {Test:[NONE] Interval:0s ...}`.
  public static String healthcheck(Healthcheck check) {
    return "HEALTHCHECK {Test:"
        + list(check.test())
        + " Interval:"
        + duration(check.interval().orElse(0))
        + " Timeout:"
        + duration(check.timeout().orElse(0))
        + " StartPeriod:"
        + duration(check.startPeriod().orElse(0))
        + " StartInterval:"
        + duration(check.startInterval().orElse(0))
        + " Retries:"
        + check.retries().orElse(0)
        + "}";
  }

  /// Nanoseconds as `1h2m3.5s`, `250ms`, `0s`.
  static String duration(long nanos) {
    if (nanos == 0) {
      return "0s";
    }
    if (nanos < SECOND) {
      return nanos < 1_000
          ? nanos + "ns"
          : nanos < 1_000_000 ? decimal(nanos, 1_000) + "µs" : decimal(nanos, 1_000_000) + "ms";
    }
    long minutes = nanos / (60 * SECOND);
    String seconds = decimal(nanos % (60 * SECOND), SECOND) + "s";
    if (minutes == 0) {
      return seconds;
    }
    return minutes < 60
        ? minutes + "m" + seconds
        : minutes / 60 + "h" + minutes % 60 + "m" + seconds;
  }

  private static String decimal(long value, long unit) {
    return java.math.BigDecimal.valueOf(value)
        .divide(java.math.BigDecimal.valueOf(unit))
        .stripTrailingZeros()
        .toPlainString();
  }

  /// `text` in double quotes, with backslash escapes for what does not print.
  static String quote(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> out.append(escaped(c)));
    return out.append('"').toString();
  }

  private static String escaped(int c) {
    return switch (c) {
      case '"' -> "\\\"";
      case '\\' -> "\\\\";
      case 7 -> "\\a";
      case '\b' -> "\\b";
      case '\f' -> "\\f";
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      case 11 -> "\\v";
      default -> isPrintable(c) ? Character.toString(c) : hex(c);
    };
  }

  private static String hex(int c) {
    String format = c < ' ' || c == 0x7f ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x";
    return String.format(Locale.ROOT, format, c);
  }

  private static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      case Character.SPACE_SEPARATOR -> c == ' ';
      default -> true;
    };
  }
}
