package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent.Outcome;
import java.time.Duration;
import java.util.Locale;

/// One step's part of the log: the lines it has to say, each with its number and time.
final class StepLog {

  private final int id;
  private final String title;
  private final SpillBuffer pending = new SpillBuffer();
  private final OutputLines output = new OutputLines(this::line);
  private final OutputLines errors = new OutputLines(this::line);
  private long start;
  private long now;
  private boolean ended;

  StepLog(int id, String title) {
    this.id = id;
    this.title = title;
  }

  int id() {
    return id;
  }

  String title() {
    return title;
  }

  /// Whole lines not yet shown.
  SpillBuffer pending() {
    return pending;
  }

  boolean ended() {
    return ended;
  }

  void start(long nanos) {
    start = nanos;
    now = nanos;
  }

  void output(boolean stderr, String text, long nanos) {
    now = nanos;
    (stderr ? errors : output).add(text);
  }

  private void line(String text) {
    double seconds = (now - start) / 1e9;
    String line = String.format(Locale.ROOT, "#%d %.3f %s", id, seconds, text).stripTrailing();
    pending.append(line + "\n");
  }

  /// Ends lines that have no end.
  void flushLines() {
    output.end();
    errors.end();
  }

  void finish(Outcome outcome, Duration took) {
    flushLines();
    ended = true;
    String end =
        switch (outcome) {
          case CACHED -> "CACHED";
          case DONE -> "DONE " + Amounts.time(took);
          case FAILED -> "FAILED " + Amounts.time(took);
          case CANCELED -> "CANCELED";
        };
    pending.append("#" + id + " " + end + "\n");
  }
}
