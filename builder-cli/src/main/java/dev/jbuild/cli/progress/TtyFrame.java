package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.event.BuildState;
import dev.jbuild.problem.SafeText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One picture of a running build, as lines that fit the terminal.
final class TtyFrame {

  private static final String SPINNER = "|/-\\";
  private static final int MAX_TAIL = 6;
  private static final int TAB = 4;

  private static final String DIM = "\u001b[2m";
  private static final String RED = "\u001b[31m";
  private static final String GREEN = "\u001b[32m";
  private static final String RESET = "\u001b[0m";

  private final BuildState state;
  private final long now;
  private final Terminal.Size size;
  private final int frame;

  TtyFrame(BuildState state, long now, Terminal.Size size, int frame) {
    this.state = state;
    this.now = now;
    this.size = size;
    this.frame = frame;
  }

  /// What runs: steps with the last lines of their output, then transfers; at most as many lines as
  /// the terminal has, less one.
  List<String> lines(Duration elapsed) {
    int room = Math.max(1, size.rows() - 2);
    List<String> lines = new ArrayList<>();
    lines.add(head(elapsed));
    List<BuildState.StepState> running =
        state.steps().stream().filter(BuildState.StepState::running).toList();
    List<BuildState.Transfer> transfers = List.copyOf(state.transfers());
    int spare = room - 1 - running.size() - transfers.size();
    int tail = running.isEmpty() ? 0 : Math.clamp(spare / running.size(), 0, MAX_TAIL);
    for (BuildState.StepState step : running) {
      lines.add(row(spin() + " " + PlainDisplay.title(step.title()), since(step.since())));
      lines.addAll(tail(step, tail));
    }
    for (BuildState.Transfer transfer : transfers) {
      lines.add(
          row(
              spin() + " " + SafeText.line(transfer.subject()),
              Amounts.bytes(transfer.bytes(), transfer.total())));
    }
    if (lines.size() > room) {
      int hidden = lines.size() - room + 1;
      lines.subList(room - 1, lines.size()).clear();
      lines.add(SafeText.cut("  ... and " + hidden + " more", size.columns() - 1));
    }
    return lines;
  }

  private String spin() {
    return " " + SPINNER.charAt(frame % SPINNER.length());
  }

  private String since(long start) {
    return Amounts.time(Duration.ofNanos(Math.max(0, now - start)));
  }

  private String head(Duration elapsed) {
    long done = state.count(Outcome.DONE) + state.count(Outcome.CACHED);
    return SafeText.cut(
        "[+] building " + Amounts.time(elapsed) + " (" + done + "/" + state.steps().size() + ")",
        size.columns() - 1);
  }

  private List<String> tail(BuildState.StepState step, int count) {
    List<String> last = step.tail().lines();
    return last.subList(Math.max(0, last.size() - count), last.size()).stream()
        .map(line -> DIM + SafeText.cut("     " + flat(line), size.columns() - 1) + RESET)
        .toList();
  }

  private static String flat(String line) {
    return OutputLines.clean(line).replace("\t", " ".repeat(TAB));
  }

  private String row(String left, String right) {
    return row(left, right, size.columns());
  }

  /// `left` cut so that `right` stands at the right edge.
  private static String row(String left, String right, int columns) {
    int room = Math.max(8, columns - 2 - right.length());
    String cut = SafeText.cut(left, room);
    String row = cut + " ".repeat(Math.max(1, room - SafeText.columns(cut) + 1)) + right;
    return SafeText.cut(row, columns - 1);
  }

  static String ended(BuildState.StepState step, Outcome outcome, Duration took, int columns) {
    String title = " => " + PlainDisplay.title(step.title());
    String row =
        switch (outcome) {
          case CACHED -> row(title, "CACHED", columns);
          case DONE -> row(title, Amounts.time(took), columns);
          case FAILED -> row(title, "FAILED", columns);
          case CANCELED -> row(title, "CANCELED", columns);
        };
    return switch (outcome) {
      case FAILED -> RED + row + RESET;
      case CANCELED -> DIM + row + RESET;
      default -> row;
    };
  }

  static String exported(BuildEvent.Exported exported, int columns) {
    return row(
        " => export " + exported.kind() + " " + SafeText.line(exported.name()),
        Amounts.time(exported.took()),
        columns);
  }

  /// The last line.
  static String summary(BuildState state, Duration elapsed, int columns) {
    Optional<BuildEvent.Finished> end = state.finished();
    boolean success = end.filter(BuildEvent.Finished::success).isPresent();
    String text =
        (success ? "[+] built" : "[!] failed")
            + " in "
            + Amounts.time(end.map(BuildEvent.Finished::took).orElse(elapsed))
            + " ("
            + state.steps().size()
            + " steps, "
            + state.count(Outcome.CACHED)
            + " cached"
            + (state.bytesMoved() > 0 ? ", " + Amounts.bytes(state.bytesMoved()) + " moved" : "")
            + ")";
    return (success ? GREEN : RED) + SafeText.cut(text, columns - 1) + RESET;
  }
}
