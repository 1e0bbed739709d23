package dev.jbuild.dockerfile;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Patterns of `${x#p}`, `${x%p}` and `${x/p/r}`: `*` is any text, `?` one character, an escape
/// makes the next literal.
final class ShellPattern {

  private ShellPattern() {}

  static String trimPrefix(String value, String pattern, char escape, boolean greedy) {
    Matcher matcher = compile(pattern, escape, greedy, "^", "").matcher(value);
    return matcher.find() ? value.substring(matcher.end()) : value;
  }

  /// The shortest suffix is found from the longest start on.
  static String trimSuffix(String value, String pattern, char escape, boolean greedy) {
    Pattern whole = compile(pattern, escape, true, "^", "$");
    int n = value.length();
    for (int i = 0; i <= n; i++) {
      int start = greedy ? i : n - i;
      if (whole.matcher(value.substring(start)).find()) {
        return value.substring(0, start);
      }
    }
    return value;
  }

  static String replace(
      String value, String pattern, char escape, String replacement, boolean all) {
    Matcher matcher = compile(pattern, escape, true, "", "").matcher(value);
    String literal = Matcher.quoteReplacement(replacement);
    return all ? matcher.replaceAll(literal) : matcher.replaceFirst(literal);
  }

  private static Pattern compile(
      String pattern, char escape, boolean greedy, String before, String after) {
    StringBuilder regex = new StringBuilder(before);
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == escape && i + 1 < pattern.length()) {
        regex.append(Pattern.quote(String.valueOf(pattern.charAt(++i))));
      } else if (c == '*') {
        regex.append(greedy ? ".*" : ".*?");
      } else if (c == '?') {
        regex.append('.');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.append(after).toString(), Pattern.DOTALL);
  }
}
