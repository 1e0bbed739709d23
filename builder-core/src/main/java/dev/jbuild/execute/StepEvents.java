package dev.jbuild.execute;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.event.BuildEvent.PlannedStep;
import dev.jbuild.event.EventSink;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.Origin;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Tells the event stream about steps: numbers them, and says each end once. Safe for several
/// threads.
final class StepEvents {

  private final EventSink sink;
  private final List<Step> ordered;
  private final Map<Step, Origin> origins;
  private final Map<Step, Integer> ids = new HashMap<>();
  private final Set<Step> finished = new HashSet<>();
  private final Map<Step, Long> started = new HashMap<>();

  StepEvents(BuildPlan plan, List<Step> ordered, EventSink sink, String sandbox) {
    this.sink = sink;
    this.ordered = ordered;
    this.origins = plan.origins();
    List<PlannedStep> planned = new ArrayList<>();
    Map<Step, List<Integer>> known = new HashMap<>();
    for (Step step : ordered) {
      List<Integer> inputs =
          step.inputs().stream()
              .flatMap(i -> known.getOrDefault(i, List.of()).stream())
              .distinct()
              .toList();
      Origin origin = plan.origins().get(step);
      if (origin != null) {
        int id = ids.size() + 1;
        ids.put(step, id);
        known.put(step, List.of(id));
        planned.add(new PlannedStep(id, title(origin), inputs));
      } else if (step instanceof Step.Merge) {
        // Nothing to do and so nothing to show: what needs it needs its parts.
        known.put(step, inputs);
      }
    }
    sink.accept(new BuildEvent.Planned(planned, sandbox));
  }

  static String title(Origin origin) {
    return origin.title();
  }

  /// The step's number; 0 for one that has none.
  int number(Step step) {
    return ids.getOrDefault(step, 0);
  }

  String title(Step step) {
    return Optional.ofNullable(origins.get(step)).map(StepEvents::title).orElse("");
  }

  synchronized void start(Step step) {
    Integer id = ids.get(step);
    if (id != null && started.putIfAbsent(step, System.nanoTime()) == null) {
      sink.accept(new BuildEvent.StepStarted(id));
    }
  }

  synchronized void output(Step step, boolean stderr, String text) {
    Integer id = ids.get(step);
    if (id != null && !text.isEmpty()) {
      sink.accept(new BuildEvent.StepOutput(id, stderr, text));
    }
  }

  synchronized void note(Step step, String kind, String text) {
    Integer id = ids.get(step);
    if (id != null) {
      sink.accept(new BuildEvent.StepNoted(id, kind, text));
    }
  }

  /// Something noteworthy about a step, at its instruction.
  void report(Step step, Problem problem) {
    Origin origin = origins.get(step);
    sink.accept(new BuildEvent.Reported(origin == null ? problem : problem.at(origin.span())));
  }

  synchronized void finish(Step step, Outcome outcome) {
    Integer id = ids.get(step);
    if (id == null || !finished.add(step)) {
      return;
    }
    Long since = started.get(step);
    Duration took = since == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
    sink.accept(new BuildEvent.StepFinished(id, outcome, took));
  }

  /// The cache answers `step`, and so everything that only it needed.
  void cached(Step step) {
    Set<Step> behind = new HashSet<>(StepGraph.ordered(List.of(step)));
    for (Step each : ordered) {
      if (behind.contains(each)) {
        finish(each, Outcome.CACHED);
      }
    }
  }
}
