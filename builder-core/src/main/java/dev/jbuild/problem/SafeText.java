package dev.jbuild.problem;

import java.util.Locale;

/// Untrusted text made fit for a terminal: nothing in it moves the cursor, sets a title or turns
/// the reading direction.
public final class SafeText {

  private SafeText() {}

  /// `text` with every control character shown as an escape, line ends and tabs too.
  public static String line(String text) {
    return mask(text, false);
  }

  /// Like [#line], but tabs stay.
  public static String withTabs(String text) {
    return mask(text, true);
  }

  private static String mask(String text, boolean tabs) {
    int first = 0;
    while (first < text.length() && isPlain(text.charAt(first))) {
      first++;
    }
    if (first == text.length()) {
      return text;
    }
    StringBuilder out = new StringBuilder(text.length() + 16).append(text, 0, first);
    text.substring(first)
        .codePoints()
        .forEach(c -> {
          if (tabs && c == '\t' || !isHostile(c)) {
            out.appendCodePoint(c);
          } else {
            out.append(escape(c));
          }
        });
    return out.toString();
  }

  private static boolean isPlain(char c) {
    return c >= ' ' && c < 0x7f;
  }

  /// Whether a terminal may act on the character, or show it in a way that deceives.
  static boolean isHostile(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }

  static String escape(int c) {
    return switch (c) {
      case '\n' -> "\\n";
      case '\r' -> "\\r";
      case '\t' -> "\\t";
      default -> String.format(Locale.ROOT, c < 0x100 ? "\\x%02x" : "\\u%04x", c);
    };
  }

  /// How many columns of a terminal the character takes; 0 for one that joins the one before.
  public static int columns(int c) {
    if (c < 0x300) {
      return 1;
    }
    int type = Character.getType(c);
    if (type == Character.NON_SPACING_MARK || type == Character.ENCLOSING_MARK) {
      return 0;
    }
    boolean wide =
        c >= 0x1100 && c <= 0x115f
            || c >= 0x2e80 && c <= 0xa4cf
            || c >= 0xac00 && c <= 0xd7a3
            || c >= 0xf900 && c <= 0xfaff
            || c >= 0xfe30 && c <= 0xfe6f
            || c >= 0xff00 && c <= 0xff60
            || c >= 0xffe0 && c <= 0xffe6
            || c >= 0x1f300 && c <= 0x1faff
            || c >= 0x20000 && c <= 0x3fffd;
    return wide ? 2 : 1;
  }

  /// The columns that `text` takes, without tabs and controls in it.
  public static int columns(String text) {
    return text.codePoints().map(SafeText::columns).sum();
  }

  /// The longest beginning of `text` that takes at most `columns`, with `...` where it was cut.
  public static String cut(String text, int columns) {
    if (text.length() <= columns / 2 || columns(text) <= columns) {
      return text;
    }
    String mark = columns >= 8 ? "..." : "";
    int room = columns - mark.length();
    int end = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      room -= columns(c);
      if (room < 0) {
        break;
      }
      end += Character.charCount(c);
    }
    return text.substring(0, end) + mark;
  }
}
