package dev.jbuild.problem;

/// One source line laid out in columns: tabs widened, controls escaped, and each UTF-16 unit's
/// column known.
final class ExcerptLine {

  private static final int TAB = 4;
  private static final String CUT = "...";

  /// Longer lines are laid out around the place of interest only.
  private static final int MAX_UNITS = 4096;

  private final StringBuilder shown = new StringBuilder();
  private final int[] columnOf;
  private final int[] indexOf;
  private final int from;
  private int columns;

  private ExcerptLine(String line, int from) {
    this.from = from;
    columnOf = new int[line.length() + 1];
    indexOf = new int[line.length() + 1];
    for (int i = 0; i < line.length(); ) {
      int c = line.codePointAt(i);
      int units = Character.charCount(c);
      for (int u = 0; u < units; u++) {
        columnOf[i + u] = columns;
        indexOf[i + u] = shown.length();
      }
      add(c);
      i += units;
    }
    columnOf[line.length()] = columns;
    indexOf[line.length()] = shown.length();
  }

  private void add(int c) {
    if (c == '\t') {
      int width = TAB - columns % TAB;
      shown.repeat(' ', width);
      columns += width;
    } else if (SafeText.isHostile(c)) {
      String escape = SafeText.escape(c);
      shown.append(escape);
      columns += escape.length();
    } else {
      shown.appendCodePoint(c);
      columns += SafeText.columns(c);
    }
  }

  /// A line and the marks below it; `marks` is empty when there are none.
  record Rendered(String text, String marks) {}

  /// Lays out `line` with marks under the units `[start, end)` (0-based; at least one column), cut
  /// to `width` columns with the beginning of the marks in sight.
  static Rendered render(String line, int start, int end, int width) {
    int first = Math.clamp(start, 0, line.length());
    int last = Math.clamp(end, first, line.length());
    int from = first > MAX_UNITS / 2 ? first - MAX_UNITS / 2 : 0;
    int to = Math.min(line.length(), from + MAX_UNITS);
    ExcerptLine laid = new ExcerptLine(line.substring(from, to), from);
    return laid.window(first, Math.min(last, to), width, to < line.length());
  }

  private Rendered window(int first, int last, int width, boolean more) {
    int start = columnOf[first - from];
    int end = Math.max(columnOf[last - from], start + 1);
    if (columns <= width && from == 0 && !more) {
      return new Rendered(shown.toString(), marks(start, end));
    }
    int length = columnOf.length - 1;
    int left = 0;
    if (end > width - CUT.length() || from > 0) {
      int room = Math.max(width / 4, (width - (end - start)) / 2);
      int wanted = Math.max(0, start - room);
      while (left < first - from && columnOf[left] < wanted) {
        left++;
      }
    }
    boolean cutLeft = left > 0 || from > 0;
    int shift = cutLeft ? CUT.length() - columnOf[left] : 0;
    int limit = width - CUT.length() - shift;
    int right = left;
    while (right < length && columnOf[right + 1] <= limit) {
      right++;
    }
    boolean cutRight = right < length || more;
    String text =
        (cutLeft ? CUT : "")
            + shown.substring(indexOf[left], indexOf[right])
            + (cutRight ? CUT : "");
    int visibleEnd = Math.max(start + 1, Math.min(end, columnOf[right]));
    return new Rendered(text, marks(start + shift, visibleEnd + shift));
  }

  private static String marks(int start, int end) {
    return " ".repeat(start) + "^".repeat(end - start);
  }
}
