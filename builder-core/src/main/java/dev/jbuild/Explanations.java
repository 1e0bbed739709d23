package dev.jbuild;

import dev.jbuild.cache.BuildRecord;
import dev.jbuild.cache.BuildRecords;
import dev.jbuild.cache.LocalCache;
import dev.jbuild.cache.explain.Explainer;
import dev.jbuild.cache.explain.FileLists;
import dev.jbuild.cache.explain.Reason;
import dev.jbuild.content.DamageLog;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Why steps of past builds had to run. Throws [Unavailable] when the state cannot be read.
public final class Explanations {

  private final BuildRecords records;
  private final Explainer explainer;

  Explanations(StateDirectory state, DamageLog damage) {
    this.records = new BuildRecords(state.builds(), damage);
    this.explainer =
        new Explainer(records, new LocalCache(state.keys(), damage), new FileLists(state.files()));
  }

  /// A build that can be explained.
  ///
  /// @param context what was built, for people
  /// @param ran how many of its steps had to run
  public record Build(
      String id, Instant started, String context, boolean success, int steps, int ran) {}

  /// A step and why it had to run; no reasons for one that the cache answered.
  public record StepReasons(String title, boolean ran, List<Reason> reasons) {
    public StepReasons {
      reasons = List.copyOf(reasons);
    }
  }

  /// The builds there are records of, newest first.
  public List<Build> list() {
    try {
      List<Build> builds = new ArrayList<>();
      for (String id : records.ids()) {
        records.find(id).map(Explanations::build).ifPresent(builds::add);
      }
      return builds;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Build build(BuildRecord record) {
    int ran = (int) record.steps().stream().filter(s -> s.miss().isPresent()).count();
    return new Build(
        record.id(),
        record.started(),
        record.context(),
        record.success(),
        record.steps().size(),
        ran);
  }

  /// The last build. Throws [InvalidInput] when there is none.
  public Build last() {
    try {
      for (String id : records.ids()) {
        Optional<BuildRecord> record = records.find(id);
        if (record.isPresent()) {
          return build(record.get());
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
    throw new InvalidInput(
        Problem.error("NoSuchBuild", "nothing was built with this state directory yet"));
  }

  /// The build of this id. Throws [InvalidInput] when there is no record of it.
  public Build find(String id) {
    return build(record(id));
  }

  /// Explains the steps of a build, in the order of its Dockerfile, against the builds before it or
  /// against one of them.
  public List<StepReasons> explain(String id, Optional<String> against) {
    BuildRecord record = record(id);
    try {
      Explainer.History history =
          against.isPresent()
              ? explainer.of(record(against.get()))
              : explainer.before(Optional.of(id));
      List<StepReasons> steps = new ArrayList<>();
      for (BuildRecord.Step step : record.steps()) {
        steps.add(
            new StepReasons(
                step.title(),
                step.miss().isPresent(),
                explainer.reasons(record.context(), step, history)));
      }
      return steps;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private BuildRecord record(String id) {
    try {
      return records
          .find(id)
          .orElseThrow(() ->
              new InvalidInput(
                  Problem.error("NoSuchBuild", "there is no record of a build " + id)
                      .help("`jbuild explain --list` shows those that there are")));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static Unavailable failed(IOException e) {
    return new Unavailable(
        Problem.error("InputOutputFailed", "cannot read the records of builds: " + e.getMessage()),
        e);
  }
}
