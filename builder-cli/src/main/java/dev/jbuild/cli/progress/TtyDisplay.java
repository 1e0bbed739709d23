package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.event.BuildState;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.Severity;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// A live view for terminals: what has ended scrolls away upwards, what runs is redrawn in place
/// below it. Draws on [#idle] only.
public final class TtyDisplay implements Display {

  private static final long SIZE_NANOS = 250_000_000L;

  private final LiveRegion region;
  private final Terminal terminal;
  private final ProblemRenderer problems;
  private final LongSupplier nanos;
  private final BuildState state;
  private final long start;
  private final List<String> settled = new ArrayList<>();
  private Terminal.Size size;
  private long sizeAsked;
  private int frames;

  /// @param nanos a clock, as `System::nanoTime`
  public TtyDisplay(
      PrintStream out, Terminal terminal, ProblemRenderer problems, LongSupplier nanos) {
    this.region = new LiveRegion(out);
    this.terminal = terminal;
    this.problems = problems;
    this.nanos = nanos;
    this.state = new BuildState(nanos);
    this.start = nanos.getAsLong();
    this.size = terminal.size();
    this.sizeAsked = start;
  }

  @Override
  public void accept(BuildEvent event) {
    state.accept(event);
    switch (event) {
      case BuildEvent.StepFinished(int id, Outcome outcome, Duration took) ->
          settled.add(TtyFrame.ended(state.step(id), outcome, took, size.columns()));
      case BuildEvent.StepNoted(int id, String kind, String text) ->
          settled.add(
              SafeText.cut(
                  SafeText.line(state.step(id).title() + ": " + kind + ": " + text),
                  size.columns()));
      case BuildEvent.Exported exported -> settled.add(TtyFrame.exported(exported, size.columns()));
      case BuildEvent.Reported(Problem problem) when problem.severity() == Severity.WARNING ->
          settled.addAll(problems.render(problem).lines().toList());
      default -> {}
    }
  }

  @Override
  public void idle() {
    long now = nanos.getAsLong();
    if (now - sizeAsked >= SIZE_NANOS) {
      size = terminal.size();
      sizeAsked = now;
    }
    region.draw(
        settled,
        new TtyFrame(state, now, size, frames++).lines(Duration.ofNanos(now - start)),
        size);
    settled.clear();
  }

  @Override
  public void close() {
    String summary =
        TtyFrame.summary(state, Duration.ofNanos(nanos.getAsLong() - start), size.columns());
    settled.add(summary);
    region.draw(settled, List.of(), size);
    settled.clear();
  }
}
