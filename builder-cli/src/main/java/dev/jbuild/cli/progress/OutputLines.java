package dev.jbuild.cli.progress;

import dev.jbuild.problem.SafeText;
import java.util.function.Consumer;

/// Cuts one stream of a step's output into lines fit for a terminal. A line longer than the limit
/// comes in pieces: nothing is lost, and nothing is held beyond it.
final class OutputLines {

  private static final int MAX_LINE = 16 << 10;

  private final StringBuilder open = new StringBuilder();
  private final Consumer<String> lines;
  private boolean afterReturn;

  OutputLines(Consumer<String> lines) {
    this.lines = lines;
  }

  void add(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\n' && afterReturn) {
        afterReturn = false;
      } else if (c == '\n' || c == '\r') {
        afterReturn = c == '\r';
        emit();
      } else {
        afterReturn = false;
        open.append(c);
        if (open.length() >= MAX_LINE && !Character.isHighSurrogate(c)) {
          emit();
        }
      }
    }
  }

  /// Gives out what has no line end.
  void end() {
    if (!open.isEmpty()) {
      emit();
    }
    afterReturn = false;
  }

  private void emit() {
    lines.accept(clean(open.toString()));
    open.setLength(0);
  }

  /// `line` without the escape sequences of terminals, other controls made visible.
  static String clean(String line) {
    return SafeText.withTabs(line.indexOf('\u001b') < 0 ? line : EscapeSequences.remove(line));
  }
}
