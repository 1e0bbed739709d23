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

  private static int characterClass(String pattern, int next, StringBuilder regex) {
    int i = next;
    regex.append('[');
    if (i < pattern.length() && pattern.charAt(i) == '^') {
      regex.append('^');
      i++;
    }
    int start = i;
    while (i < pattern.length() && (pattern.charAt(i) != ']' || i == start)) {
      char c = pattern.charAt(i++);
      if (c == '\\' && i < pattern.length()) {
        c = pattern.charAt(i++);
        regex.append('\\').append(c);
      } else if (c == '-') {
        regex.append('-');
      } else {
        regex.append("[]&^\\".indexOf(c) >= 0 ? "\\" + c : String.valueOf(c));
      }
    }
    if (i >= pattern.length()) {
      throw new IllegalArgumentException("a class is not closed: " + pattern);
    }
    regex.append("&&[^/]]");
    return i + 1;
  }
}
