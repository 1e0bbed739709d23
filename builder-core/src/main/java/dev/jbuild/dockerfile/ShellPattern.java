package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/// Patterns of `${x#p}`, `${x%p}` and `${x/p/r}`: `*` is any text, `?` one character, an escape
/// makes the next literal. Matching takes time in proportion to text and pattern, whatever they
/// are.
final class ShellPattern {

  /// Stands for `?` in a part.
  private static final int ANY = -1;

  /// What is between the stars, in order; one part when there is no star.
  private final List<int[]> parts;

  private ShellPattern(List<int[]> parts) {
    this.parts = parts;
  }

  private static ShellPattern compile(String pattern, char escape) {
    List<int[]> parts = new ArrayList<>();
    List<Integer> part = new ArrayList<>();
    int[] points = pattern.codePoints().toArray();
    for (int i = 0; i < points.length; i++) {
      if (points[i] == escape && i + 1 < points.length) {
        part.add(points[++i]);
      } else if (points[i] == '*') {
        parts.add(array(part));
        part.clear();
      } else {
        part.add(points[i] == '?' ? ANY : points[i]);
      }
    }
    parts.add(array(part));
    return new ShellPattern(parts);
  }

  private static int[] array(List<Integer> part) {
    return part.stream().mapToInt(Integer::intValue).toArray();
  }

  static String trimPrefix(String value, String pattern, char escape, boolean greedy) {
    int[] text = value.codePoints().toArray();
    int end = compile(pattern, escape).end(text, 0, greedy).orElse(0);
    return new String(text, end, text.length - end);
  }

  /// A suffix is a prefix of the text read backwards.
  static String trimSuffix(String value, String pattern, char escape, boolean greedy) {
    int[] text = value.codePoints().toArray();
    ShellPattern backwards =
        new ShellPattern(
            compile(pattern, escape).parts.reversed().stream().map(ShellPattern::turned).toList());
    int end = backwards.end(turned(text), 0, greedy).orElse(0);
    return new String(text, 0, text.length - end);
  }

  private static int[] turned(int[] text) {
    int[] turned = new int[text.length];
    for (int i = 0; i < text.length; i++) {
      turned[i] = text[text.length - 1 - i];
    }
    return turned;
  }

  /// An empty match counts unless another ends where it is.
  static String replace(
      String value, String pattern, char escape, String replacement, boolean all) {
    ShellPattern compiled = compile(pattern, escape);
    int[] text = value.codePoints().toArray();
    StringBuilder out = new StringBuilder();
    int copied = 0;
    int lastEnd = -1;
    for (int at = 0; at <= text.length; at++) {
      if (!compiled.startsAt(text, at)) {
        continue;
      }
      OptionalInt end = compiled.end(text, at, true);
      if (end.isEmpty()) {
        // What follows the first part is nowhere: nor is it for any later start.
        break;
      }
      if (end.getAsInt() == at && at == lastEnd) {
        continue;
      }
      out.append(new String(text, copied, at - copied)).append(replacement);
      copied = end.getAsInt();
      lastEnd = copied;
      if (!all) {
        break;
      }
      at = Math.max(at, copied - 1);
    }
    return out.append(new String(text, copied, text.length - copied)).toString();
  }

  private boolean startsAt(int[] text, int at) {
    return isAt(parts.getFirst(), text, at);
  }

  /// Where the match that starts at `start` ends, the longest or the shortest.
  private OptionalInt end(int[] text, int start, boolean longest) {
    if (!startsAt(text, start)) {
      return OptionalInt.empty();
    }
    int at = start + parts.getFirst().length;
    for (int i = 1; i < parts.size(); i++) {
      int[] part = parts.get(i);
      boolean last = i == parts.size() - 1;
      int found = longest && last ? last(part, text, at) : first(part, text, at);
      if (found < 0) {
        return OptionalInt.empty();
      }
      at = found + part.length;
    }
    return OptionalInt.of(at);
  }

  private static int first(int[] part, int[] text, int from) {
    for (int at = from; at + part.length <= text.length; at++) {
      if (isAt(part, text, at)) {
        return at;
      }
    }
    return -1;
  }

  private static int last(int[] part, int[] text, int from) {
    for (int at = text.length - part.length; at >= from; at--) {
      if (isAt(part, text, at)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean isAt(int[] part, int[] text, int at) {
    if (at + part.length > text.length) {
      return false;
    }
    for (int i = 0; i < part.length; i++) {
      if (part[i] != ANY && part[i] != text[at + i]) {
        return false;
      }
    }
    return true;
  }
}
