package dev.jbuild.dockerfile;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/// The name a user probably meant.
public final class Nearest {

  private static final int MAX_LENGTH = 64;

  private Nearest() {}

  /// The candidate that is fewest edits from `wanted`, if they are few: two, in short words one, in
  /// long words three.
  public static Optional<String> to(String wanted, Collection<String> candidates) {
    if (wanted.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int limit = wanted.length() < 4 ? 1 : wanted.length() < 8 ? 2 : 3;
    return candidates.stream()
        .filter(c -> c.length() <= MAX_LENGTH && !c.equals(wanted))
        .filter(c -> distance(wanted, c) <= limit)
        .min(Comparator.comparingInt((String c) -> distance(wanted, c)).thenComparing(c -> c));
  }

  /// ` (did you mean x?)`, or nothing.
  public static String hint(String wanted, Collection<String> candidates) {
    return to(wanted, candidates).map(name -> " (did you mean " + name + "?)").orElse("");
  }

  /// Edits by Damerau and Levenshtein: insert, delete, replace, swap neighbours; case does not
  /// count.
  static int distance(String a, String b) {
    String s = a.toLowerCase(java.util.Locale.ROOT);
    String t = b.toLowerCase(java.util.Locale.ROOT);
    int[][] d = new int[s.length() + 1][t.length() + 1];
    for (int i = 0; i <= s.length(); i++) {
      for (int j = 0; j <= t.length(); j++) {
        if (i == 0 || j == 0) {
          d[i][j] = i + j;
          continue;
        }
        int cost = s.charAt(i - 1) == t.charAt(j - 1) ? 0 : 1;
        d[i][j] = Math.min(d[i - 1][j - 1] + cost, Math.min(d[i - 1][j], d[i][j - 1]) + 1);
        if (i > 1
            && j > 1
            && s.charAt(i - 1) == t.charAt(j - 2)
            && s.charAt(i - 2) == t.charAt(j - 1)) {
          d[i][j] = Math.min(d[i][j], d[i - 2][j - 2] + 1);
        }
      }
    }
    return d[s.length()][t.length()];
  }
}
