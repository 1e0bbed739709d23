package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.Severity;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The log: complete, in lines, each with the number of its step.
///
/// One step at a time has the word; what others say meanwhile waits for its end, or for the moment
/// when it has been silent for three seconds. So the lines of a step stand together, and nothing
/// waits long.
public final class PlainDisplay implements Display {

  private static final long PATIENCE_NANOS = 3_000_000_000L;
  private static final long TRANSFER_NANOS = 5_000_000_000L;
  private static final int TITLE_COLUMNS = 240;

  private final PrintStream out;
  private final ProblemRenderer problems;
  private final LongSupplier nanos;
  private final Map<Integer, StepLog> steps = new LinkedHashMap<>();
  private final Map<String, Long> transfers = new HashMap<>();
  private Optional<StepLog> speaker = Optional.empty();
  private long lastWord;
  private long cached;

  /// @param nanos a clock, as `System::nanoTime`
  public PlainDisplay(PrintStream out, ProblemRenderer problems, LongSupplier nanos) {
    this.out = out;
    this.problems = problems;
    this.nanos = nanos;
  }

  @Override
  public void accept(BuildEvent event) {
    switch (event) {
      case BuildEvent.Planned planned -> planned(planned);
      case BuildEvent.StepStarted(int id) -> step(id).start(nanos.getAsLong());
      case BuildEvent.StepOutput(int id, boolean stderr, String text) -> {
        step(id).output(stderr, text, nanos.getAsLong());
        hear(step(id));
      }
      case BuildEvent.StepNoted(int id, String kind, String text) -> {
        step(id).output(false, kind + ": " + text + "\n", nanos.getAsLong());
        hear(step(id));
      }
      case BuildEvent.StepFinished(int id, Outcome outcome, Duration took) ->
          finished(id, outcome, took);
      case BuildEvent.Transferred transferred -> transferred(transferred);
      case BuildEvent.Reported(Problem problem) -> reported(problem);
      case BuildEvent.Exported exported ->
          note(
              "exported "
                  + exported.kind()
                  + (exported.name().isEmpty() ? "" : " " + exported.name())
                  + exported.digest().map(d -> " " + d).orElse("")
                  + " "
                  + Amounts.time(exported.took()));
      case BuildEvent.Finished(boolean success, var digest, Duration took) -> {
        everythingElse();
        note(
            (success ? "built" + digest.map(d -> " " + d).orElse("") : "failed")
                + " in "
                + Amounts.time(took)
                + " ("
                + steps.size()
                + " steps, "
                + cached
                + " cached)");
      }
    }
  }

  private void planned(BuildEvent.Planned planned) {
    for (BuildEvent.PlannedStep step : planned.steps()) {
      steps.put(step.id(), new StepLog(step.id(), title(step.title())));
    }
    note("sandbox: " + planned.sandbox());
  }

  static String title(String title) {
    return SafeText.cut(SafeText.line(title), TITLE_COLUMNS);
  }

  private StepLog step(int id) {
    return steps.computeIfAbsent(id, i -> new StepLog(i, "step " + i));
  }

  /// Lets `log` speak if nobody does, else leaves what it has until its turn.
  private void hear(StepLog log) {
    if (log.pending().isEmpty()) {
      return;
    }
    long now = nanos.getAsLong();
    if (speaker.isPresent() && speaker.get() != log) {
      if (now - lastWord < PATIENCE_NANOS) {
        return;
      }
      out.println("#" + speaker.get().id() + " ...");
      out.println();
    }
    speak(log);
  }

  private void speak(StepLog log) {
    if (speaker.isEmpty() || speaker.get() != log) {
      out.println("#" + log.id() + " " + log.title());
    }
    log.pending().drainTo(out);
    lastWord = nanos.getAsLong();
    if (log.ended()) {
      out.println();
      speaker = Optional.empty();
    } else {
      speaker = Optional.of(log);
    }
  }

  private void finished(int id, Outcome outcome, Duration took) {
    if (outcome == Outcome.CACHED) {
      cached++;
    }
    StepLog log = step(id);
    log.finish(outcome, took);
    hear(log);
    if (speaker.isEmpty()) {
      next();
    }
  }

  /// The word goes to those that have ended, then to one that has something to say.
  private void next() {
    for (StepLog log : steps.values()) {
      if (log.ended() && !log.pending().isEmpty()) {
        speak(log);
      }
    }
    for (StepLog log : steps.values()) {
      if (speaker.isEmpty() && !log.pending().isEmpty()) {
        speak(log);
      }
    }
  }

  private void everythingElse() {
    if (speaker.isPresent()) {
      out.println();
      speaker = Optional.empty();
    }
    for (StepLog log : steps.values()) {
      log.flushLines();
      if (!log.pending().isEmpty()) {
        speak(log);
        speaker = Optional.empty();
      }
    }
  }

  private void transferred(BuildEvent.Transferred event) {
    long now = nanos.getAsLong();
    if (event.finished()) {
      transfers.remove(event.subject());
      note(event.subject() + " " + Amounts.bytes(event.bytes()));
      return;
    }
    Long last = transfers.putIfAbsent(event.subject(), now);
    if (last != null && now - last >= TRANSFER_NANOS) {
      transfers.put(event.subject(), now);
      note(event.subject() + " " + Amounts.bytes(event.bytes(), event.total()));
    }
  }

  /// Errors are shown where the build ends, with what is to be done.
  private void reported(Problem problem) {
    if (problem.severity() == Severity.WARNING) {
      out.print(problems.render(problem));
    }
  }

  private void note(String text) {
    out.println("=> " + SafeText.line(text));
  }

  @Override
  public void idle() {
    if (speaker.isEmpty() || nanos.getAsLong() - lastWord >= PATIENCE_NANOS) {
      steps.values().stream()
          .filter(log -> !log.pending().isEmpty())
          .findFirst()
          .ifPresent(this::hear);
    }
    out.flush();
  }

  @Override
  public void close() {
    everythingElse();
    steps.values().forEach(log -> log.pending().discard());
    out.flush();
  }
}
