package dev.jbuild.cli.progress;

import dev.jbuild.problem.SafeText;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// As much of a terminal as the display uses; anything else it is sent is an error.
final class FakeScreen {

  private static final Pattern UNIT =
      Pattern.compile("\u001b\\[(\\??\\d*)([A-Za-z])|[\r\n]|[^\u001b\r\n]+", Pattern.DOTALL);

  private final List<StringBuilder> rows = new ArrayList<>();
  private int row;

  private FakeScreen() {
    rows.add(new StringBuilder());
  }

  static FakeScreen of(String text, Terminal.Size size) {
    FakeScreen screen = new FakeScreen();
    Matcher matcher = UNIT.matcher(text);
    int end = 0;
    while (matcher.find()) {
      if (matcher.start() != end) {
        throw new AssertionError("unknown sequence at " + end);
      }
      end = matcher.end();
      screen.take(matcher, size);
    }
    return screen;
  }

  private void take(Matcher matcher, Terminal.Size size) {
    String command = matcher.group(2);
    if (command == null) {
      switch (matcher.group()) {
        case "\r" -> {}
        case "\n" -> {
          row++;
          while (rows.size() <= row) {
            rows.add(new StringBuilder());
          }
        }
        default -> {
          String text = matcher.group();
          if (SafeText.columns(text) > size.columns() || !SafeText.line(text).equals(text)) {
            throw new AssertionError("does not fit: " + text);
          }
          rows.get(row).setLength(0);
          rows.get(row).append(text);
        }
      }
      return;
    }
    switch (command) {
      case "A" -> {
        row -= Integer.parseInt(matcher.group(1));
        if (row < 0) {
          throw new AssertionError("above the first line");
        }
      }
      case "J" -> {
        while (rows.size() > row + 1) {
          rows.removeLast();
        }
        rows.get(row).setLength(0);
      }
      case "K", "m", "l", "h" -> {}
      default -> throw new AssertionError("unknown command " + command);
    }
  }

  List<String> lines() {
    List<String> lines = new ArrayList<>();
    rows.forEach(r -> lines.add(r.toString()));
    while (!lines.isEmpty() && lines.getLast().isEmpty()) {
      lines.removeLast();
    }
    return lines;
  }
}
