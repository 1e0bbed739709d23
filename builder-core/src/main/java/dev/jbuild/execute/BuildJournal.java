package dev.jbuild.execute;

import dev.jbuild.cache.BuildRecord;
import dev.jbuild.cache.BuildRecord.Miss;
import dev.jbuild.cache.BuildRecords;
import dev.jbuild.cache.StepKey;
import dev.jbuild.cache.explain.Explainer;
import dev.jbuild.cache.explain.Reason;
import dev.jbuild.plan.Origin;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// What a build finds in the cache and what not: kept as its record, told while it runs when that
/// is asked for. Safe for several threads.
final class BuildJournal {

  private final Map<Step, Origin> origins;
  private final BuildRecords records;
  private final Explainer explainer;
  private final SelectedFiles files;
  private final ExecuteOptions.Caching options;
  private final Map<Step, Miss> missed = new ConcurrentHashMap<>();
  private final String context;
  private final String id;
  private final Instant started = Instant.now();
  private Explainer.@Nullable History history;

  BuildJournal(
      Map<Step, Origin> origins,
      BuildRecords records,
      Explainer explainer,
      SelectedFiles files,
      ExecuteOptions.Caching options,
      String context) {
    this.origins = origins;
    this.records = records;
    this.explainer = explainer;
    this.files = files;
    this.options = options;
    this.context = context;
    this.id = BuildRecords.newId(started);
  }

  /// The id of the record.
  String id() {
    return id;
  }

  /// A step has to run. Returns why, for people, when that is asked for; throws [InvalidInput] when
  /// the build shall end here.
  List<String> missed(Step step, Miss miss, Optional<StepKey> key) throws IOException {
    missed.put(step, miss);
    files.keep(step);
    Origin origin = origins.get(step);
    List<String> lines = new ArrayList<>();
    if (origin != null && (options.explain() || options.required())) {
      BuildRecord.Step recorded = recorded(step, origin, key);
      explainer.reasons(context, recorded, history()).stream()
          .map(Reason::line)
          .forEach(lines::add);
    }
    if (options.required()) {
      Problem problem =
          Problem.error(
              "CacheMiss",
              "--require-cached: "
                  + (origin == null ? "a step" : origin.title())
                  + " is not in the cache"
                  + (lines.isEmpty() ? "" : ": " + String.join("; ", lines)));
      throw new InvalidInput(origin == null ? problem : problem.at(origin.span()));
    }
    return lines;
  }

  private synchronized Explainer.History history() throws IOException {
    if (history == null) {
      history = explainer.before(Optional.empty());
    }
    return history;
  }

  /// Keeps the record.
  ///
  /// @param keys of steps by definition
  void end(List<Step> ordered, StepKeys keys, boolean success) throws IOException {
    List<BuildRecord.Step> steps = new ArrayList<>();
    for (Step step : ordered) {
      Origin origin = origins.get(step);
      if (origin != null) {
        steps.add(recorded(step, origin, keys.definition(step)));
      }
    }
    records.put(new BuildRecord(id, started, context, success, steps));
  }

  private BuildRecord.Step recorded(Step step, Origin origin, Optional<StepKey> key) {
    Optional<Miss> miss = Optional.ofNullable(missed.get(step));
    return new BuildRecord.Step(
        origin.title(),
        miss,
        miss.isPresent() ? key : key.map(k -> new StepKey(k.digest(), List.of(), List.of())));
  }
}
