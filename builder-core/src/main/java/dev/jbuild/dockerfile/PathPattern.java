package dev.jbuild.dockerfile;

import java.util.regex.Pattern;

/// Shell patterns of file names: `*`, `?`, `[a-z]`, `[^a]` and `\` within one component; `**` over
/// components where the caller allows it.
public final class PathPattern {

  private PathPattern() {}

  /// Whether one component matches a pattern of one component. A malformed pattern matches nothing.
  public static boolean matchesName(String pattern, String name) {
    try {
      return Pattern.compile(regex(pattern, false), Pattern.DOTALL).matcher(name).matches();
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /// The regular expression of a pattern.
  ///
  /// @param doubleStar whether `**` stands for any number of components
  static String regex(String pattern, boolean doubleStar) {
    StringBuilder regex = new StringBuilder();
    int i = 0;
    while (i < pattern.length()) {
      char c = pattern.charAt(i++);
      switch (c) {
        case '*' -> i = star(pattern, i, doubleStar, regex);
        case '?' -> regex.append("[^/]");
        case '[' -> i = characterClass(pattern, i, regex);
        case '\\' -> {
          if (i >= pattern.length()) {
            throw new IllegalArgumentException("a pattern ends with an escape: " + pattern);
          }
          regex.append(Pattern.quote(String.valueOf(pattern.charAt(i++))));
        }
        default -> regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return regex.toString();
  }

  private static int star(String pattern, int next, boolean doubleStar, StringBuilder regex) {
    int i = next;
    if (!doubleStar || i >= pattern.length() || pattern.charAt(i) != '*') {
      while (!doubleStar && i < pattern.length() && pattern.charAt(i) == '*') {
        i++;
      }
      regex.append("[^/]*");
      return i;
    }
    i++;
    if (i < pattern.length() && pattern.charAt(i) == '/') {
      i++;
      regex.append("(?:.*/)?");
    } else {
      regex.append(".*");
    }
    return i;
  }

  /// A class holds characters and ranges; `-` and `]` stand for themselves only when escaped.
  private static int characterClass(String pattern, int next, StringBuilder regex) {
    int i = next;
    boolean negated = i < pattern.length() && pattern.charAt(i) == '^';
    if (negated) {
      i++;
    }
    StringBuilder members = new StringBuilder();
    int start = i;
    while (i == start || i >= pattern.length() || pattern.charAt(i) != ']') {
      int from = memberAt(pattern, i);
      int first = pattern.codePointAt(from);
      int last = first;
      i = from + Character.charCount(first);
      if (i < pattern.length() && pattern.charAt(i) == '-') {
        from = memberAt(pattern, i + 1);
        last = pattern.codePointAt(from);
        i = from + Character.charCount(last);
      }
      if (first <= last) {
        members.append("\\x{%x}-\\x{%x}".formatted(first, last));
      }
    }
    if (negated) {
      regex.append("[^/").append(members).append(']');
    } else {
      regex.append(members.isEmpty() ? "(?!)" : "[" + members + "&&[^/]]");
    }
    return i + 1;
  }

  /// Where the character is that begins at `i`, perhaps with an escape.
  private static int memberAt(String pattern, int i) {
    boolean escaped = i < pattern.length() && pattern.charAt(i) == '\\';
    int at = escaped ? i + 1 : i;
    if (at >= pattern.length() || (!escaped && "-]".indexOf(pattern.charAt(at)) >= 0)) {
      throw new IllegalArgumentException("a class is malformed: " + pattern);
    }
    return at;
  }
}
