package dev.jbuild.event;

import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What is known of a build after the events so far: the fold that displays draw from.
///
/// Bounded: it holds the last lines of each step's output, not the output, and transfers only while
/// they run. Belongs to the thread that feeds it.
public final class BuildState implements EventSink {

  /// Lines of output kept of each step.
  public static final int TAIL_LINES = 20;

  private static final int MAX_PROBLEMS = 1000;

  private final LongSupplier nanos;
  private final Map<Integer, StepState> steps = new TreeMap<>();
  private final Map<String, Transfer> transfers = new LinkedHashMap<>();
  private final List<Problem> problems = new ArrayList<>();
  private final List<BuildEvent.Exported> exports = new ArrayList<>();
  private String sandbox = "";
  private long moved;
  private BuildEvent.@Nullable Finished finished;

  /// @param nanos the clock that running times are read from, as `System::nanoTime`
  public BuildState(LongSupplier nanos) {
    this.nanos = nanos;
  }

  /// A step and where it is.
  ///
  /// @param status absent: not started
  /// @param since clock at its start, or 0
  public record StepState(
      int id, String title, List<Integer> inputs, Status status, long since, OutputTail tail) {

    /// Whether work on it goes on.
    public boolean running() {
      return status instanceof Status.Running;
    }
  }

  /// Where a step is.
  public sealed interface Status {
    record Waiting() implements Status {}

    record Running() implements Status {}

    record Ended(Outcome outcome, Duration took) implements Status {}
  }

  /// Bytes on their way.
  ///
  /// @param total -1 when not known
  /// @param since clock at its first event
  public record Transfer(String subject, long bytes, long total, long since) {}

  @Override
  public void accept(BuildEvent event) {
    switch (event) {
      case BuildEvent.Planned planned -> {
        sandbox = planned.sandbox();
        planned.steps().forEach(step -> steps.put(step.id(), waiting(step)));
      }
      case BuildEvent.StepStarted(int id) -> {
        StepState step = step(id);
        replace(step, new Status.Running(), nanos.getAsLong());
      }
      case BuildEvent.StepOutput(int id, boolean ignored, String text) -> step(id).tail().add(text);
      case BuildEvent.StepNoted(int id, String ignored, String text) ->
          step(id).tail().add(text + "\n");
      case BuildEvent.StepFinished(int id, Outcome outcome, Duration took) -> {
        StepState step = step(id);
        replace(step, new Status.Ended(outcome, took), step.since());
      }
      case BuildEvent.Transferred transferred -> transferred(transferred);
      case BuildEvent.Reported(Problem problem) -> {
        if (problems.size() < MAX_PROBLEMS) {
          problems.add(problem);
        }
      }
      case BuildEvent.Exported exported -> exports.add(exported);
      case BuildEvent.Finished end -> finished = end;
    }
  }

  private static StepState waiting(BuildEvent.PlannedStep step) {
    return new StepState(
        step.id(),
        step.title(),
        step.inputs(),
        new Status.Waiting(),
        0,
        new OutputTail(TAIL_LINES));
  }

  private void replace(StepState step, Status status, long since) {
    steps.put(
        step.id(),
        new StepState(step.id(), step.title(), step.inputs(), status, since, step.tail()));
  }

  private void transferred(BuildEvent.Transferred event) {
    Transfer before = transfers.get(event.subject());
    moved += Math.max(0, event.bytes() - (before == null ? 0 : before.bytes()));
    if (event.finished()) {
      transfers.remove(event.subject());
    } else {
      long since = before == null ? nanos.getAsLong() : before.since();
      transfers.put(
          event.subject(), new Transfer(event.subject(), event.bytes(), event.total(), since));
    }
  }

  /// The step with this id; one that was not announced is made up.
  public StepState step(int id) {
    return steps.computeIfAbsent(
        id, i -> waiting(new BuildEvent.PlannedStep(i, "step " + i, List.of())));
  }

  /// All steps, by id.
  public Collection<StepState> steps() {
    return Collections.unmodifiableCollection(steps.values());
  }

  /// The transfers under way, oldest first.
  public Collection<Transfer> transfers() {
    return Collections.unmodifiableCollection(transfers.values());
  }

  /// Bytes of all transfers so far.
  public long bytesMoved() {
    return moved;
  }

  /// What was reported, the first 1000.
  public List<Problem> problems() {
    return Collections.unmodifiableList(problems);
  }

  public List<BuildEvent.Exported> exports() {
    return Collections.unmodifiableList(exports);
  }

  /// Name of the sandbox that runs the steps; empty until planned.
  public String sandbox() {
    return sandbox;
  }

  /// How many steps ended as `outcome`.
  public long count(Outcome outcome) {
    return steps.values().stream()
        .filter(s -> s.status() instanceof Status.Ended(Outcome o, Duration t) && o == outcome)
        .count();
  }

  /// The first step that failed.
  public Optional<StepState> failed() {
    return steps.values().stream()
        .filter(
            s -> s.status() instanceof Status.Ended(Outcome o, Duration t) && o == Outcome.FAILED)
        .findFirst();
  }

  /// The last event, once it came.
  public Optional<BuildEvent.Finished> finished() {
    return Optional.ofNullable(finished);
  }
}
