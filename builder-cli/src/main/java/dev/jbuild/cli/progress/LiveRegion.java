package dev.jbuild.cli.progress;

import dev.jbuild.problem.SafeText;
import java.io.PrintStream;
import java.util.List;

/// The last lines of a terminal, drawn over again and again. Knows how far up its own first line
/// is, even after the terminal became narrower and wrapped what was drawn.
final class LiveRegion {

  private static final String TO_LINE_END = "\u001b[K";
  private static final String TO_SCREEN_END = "\u001b[J";

  /// Without wrapping a line takes one row, though the terminal became narrower unnoticed.
  private static final String NO_WRAP = "\u001b[?7l";

  private static final String WRAP = "\u001b[?7h";

  private final PrintStream out;
  private List<String> drawn = List.of();

  LiveRegion(PrintStream out) {
    this.out = out;
  }

  /// Replaces the region: `settled` stays on the screen for good, `live` is the region then. `live`
  /// must be fewer lines than the terminal has, none wider than it.
  void draw(List<String> settled, List<String> live, Terminal.Size size) {
    if (settled.isEmpty() && live.equals(drawn)) {
      return;
    }
    StringBuilder text = new StringBuilder();
    int up = drawn.stream().mapToInt(line -> rows(line, size.columns())).sum();
    if (up > 0) {
      text.append("\r\u001b[").append(Math.min(up, size.rows() - 1)).append('A');
    }
    for (String line : settled) {
      text.append(line).append(TO_LINE_END).append('\n');
    }
    text.append(NO_WRAP);
    for (String line : live) {
      text.append(line).append(TO_LINE_END).append('\n');
    }
    text.append(WRAP);
    text.append(TO_SCREEN_END);
    out.print(text);
    out.flush();
    drawn = List.copyOf(live);
  }

  private static int rows(String line, int columns) {
    int width = SafeText.columns(EscapeSequences.remove(line));
    return Math.max(1, (width + columns - 1) / columns);
  }
}
