package dev.jbuild.execute;

import dev.jbuild.cache.BuildCache;
import dev.jbuild.cache.BuildRecord.Miss;
import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.StepKey;
import dev.jbuild.cache.remote.LayerLost;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateLost;
import dev.jbuild.event.BuildEvent.Outcome;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.Canceled;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Runs the steps of a plan: each once, independent ones at the same time, and none that the cache
/// answers.
///
/// A step is first looked up by its definition (what it does, to what its inputs do); only when
/// that misses are its inputs made, and then it is looked up by their content, which hits when a
/// rebuilt input came out equal.
final class Executor {

  private final StepKeys keys;
  private final CachePolicy cache;
  private final StepWork work;
  private final StepEvents events;
  private final BuildJournal journal;
  private final StateCare care;
  private final Afterwards afterwards;

  private final Map<Step, FutureTask<Snapshot>> results = new ConcurrentHashMap<>();
  private final AtomicReference<@Nullable Throwable> failure =
      new AtomicReference<@Nullable Throwable>();

  Executor(
      StepKeys keys,
      CachePolicy cache,
      StepWork work,
      StepEvents events,
      BuildJournal journal,
      StateCare care,
      Afterwards afterwards) {
    this.keys = keys;
    this.cache = cache;
    this.work = work;
    this.events = events;
    this.journal = journal;
    this.care = care;
    this.afterwards = afterwards;
  }

  /// Where results are looked up and kept, and which results can still be used.
  interface CachePolicy {
    BuildCache cacheFor(Step step);

    /// Whether something the step is made of is made anew though it is known: then only its content
    /// tells.
    boolean inputsMayChange(Step step);

    /// Whether the step was asked to run, whatever is known.
    boolean forced(Step step);

    boolean usable(CacheEntry entry) throws IOException;
  }

  /// Makes the files of one step.
  interface StepWork {
    Snapshot perform(Step step, Inputs inputs) throws IOException, InterruptedException;
  }

  /// The results of steps already made.
  @FunctionalInterface
  interface Inputs {
    Snapshot of(Step step);
  }

  /// Makes `targets` and returns their results in order. The first failure ends everything else and
  /// is thrown, after all of it has ended; an interrupt does the same with [Canceled].
  List<Snapshot> run(List<Step> targets) {
    List<Snapshot> made = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      try {
        targets.forEach(target -> demand(target, threads));
        for (Step target : targets) {
          made.add(await(target));
        }
      } catch (Stopped e) {
        threads.shutdownNow();
      } catch (InterruptedException e) {
        failure.compareAndSet(null, new Canceled());
        threads.shutdownNow();
      }
    }
    switch (failure.get()) {
      case null -> {
        return made;
      }
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case IOException e -> throw new UncheckedIOException(e);
      case Throwable e -> throw new IllegalStateException(e);
    }
  }

  private void demand(Step step, ExecutorService threads) {
    FutureTask<Snapshot> task = new FutureTask<>(guarded(step, threads));
    if (results.putIfAbsent(step, task) == null) {
      try {
        threads.execute(task);
      } catch (RejectedExecutionException e) {
        throw new Stopped();
      }
    }
  }

  private Callable<Snapshot> guarded(Step step, ExecutorService threads) {
    return () -> {
      try {
        return make(step, threads);
      } catch (Stopped | InterruptedException e) {
        events.finish(step, Outcome.CANCELED);
        throw e;
      } catch (Throwable e) {
        boolean first = failure.compareAndSet(null, e);
        boolean again = e instanceof StateLost || e instanceof LayerLost;
        events.finish(step, first && !again ? Outcome.FAILED : Outcome.CANCELED);
        threads.shutdownNow();
        throw e;
      }
    };
  }

  private Snapshot await(Step step) throws InterruptedException {
    try {
      return task(step).get();
    } catch (ExecutionException e) {
      throw new Stopped();
    }
  }

  private Snapshot make(Step step, ExecutorService threads)
      throws IOException, InterruptedException {
    if (step instanceof Step.Scratch || step instanceof Step.Base || step instanceof Step.Host) {
      return work.perform(step, this::done);
    }
    Optional<StepKey> definition = keys.definition(step);
    Optional<Snapshot> known =
        cache.inputsMayChange(step) ? Optional.empty() : find(step, definition);
    if (known.isPresent()) {
      events.cached(step);
      return known.get();
    }
    List<Step> needed =
        step.inputs().stream().filter(i -> !(i instanceof Step.Source)).distinct().toList();
    needed.forEach(input -> demand(input, threads));
    for (Step input : needed) {
      await(input);
    }
    Optional<StepKey> content = keys.content(step, this::done);
    known = find(step, content);
    if (known.isPresent()) {
      remember(step, definition, known.get());
      events.finish(step, Outcome.CACHED);
      return known.get();
    }
    StateCare.Held only = alone(step, content);
    boolean left = false;
    try {
      known = find(step, content);
      if (known.isPresent()) {
        remember(step, definition, known.get());
        events.finish(step, Outcome.CACHED);
        return known.get();
      }
      List<String> reasons = journal.missed(step, why(step, definition), definition);
      events.start(step);
      reasons.forEach(reason -> events.note(step, "miss", reason));
      Snapshot made = work.perform(step, this::done);
      left = true;
      afterwards.add(() -> rememberBoth(step, content, definition, made, only));
      events.finish(step, Outcome.DONE);
      return made;
    } finally {
      if (!left) {
        only.close();
      }
    }
  }

  /// Nobody else may run the step before its result can be found.
  private void rememberBoth(
      Step step,
      Optional<StepKey> content,
      Optional<StepKey> definition,
      Snapshot made,
      StateCare.Held only)
      throws IOException {
    try (only) {
      remember(step, content, made);
      remember(step, definition, made);
    }
  }

  /// Equal steps of several builds run once: the others wait for its result.
  private StateCare.Held alone(Step step, Optional<StepKey> content)
      throws IOException, InterruptedException {
    if (content.isEmpty() || cache.forced(step)) {
      return () -> {};
    }
    return care.lock(
        "step " + content.get().digest(),
        () -> {
          events.start(step);
          events.note(step, "wait", "another build is running this step");
        });
  }

  private Miss why(Step step, Optional<StepKey> definition) throws IOException {
    if (cache.forced(step)) {
      return Miss.FORCED;
    }
    if (definition.isEmpty()) {
      return Miss.UNKEYED;
    }
    if (cache.cacheFor(step).find(definition.get().digest()).isEmpty()) {
      return Miss.UNKNOWN;
    }
    return cache.inputsMayChange(step) ? Miss.INPUT : Miss.GONE;
  }

  /// Makes those of `steps` whose results are not known: the cache answered for what was made of
  /// them, and forgot them.
  void complete(List<Step> steps) throws IOException {
    List<Step> unknown = new ArrayList<>();
    for (Step step : steps) {
      if (known(step).isEmpty()) {
        unknown.add(step);
      }
    }
    List<Snapshot> ignored = run(unknown);
  }

  /// The result of a step of this run, which is complete.
  Snapshot resultOf(Step step) {
    try {
      return known(step).orElseThrow(() -> new StateLost("the result of a step"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The result of a step of this run, if it was made or is known by what the step is.
  Optional<Snapshot> known(Step step) throws IOException {
    FutureTask<Snapshot> task = results.get(step);
    return task != null && task.state() == Future.State.SUCCESS
        ? Optional.of(task.resultNow())
        : find(step, keys.definition(step));
  }

  private FutureTask<Snapshot> task(Step step) {
    FutureTask<Snapshot> task = results.get(step);
    if (task == null) {
      throw new IllegalStateException("nobody asked for " + step);
    }
    return task;
  }

  private Snapshot done(Step step) {
    return task(step).resultNow();
  }

  private Optional<Snapshot> find(Step step, Optional<StepKey> key) throws IOException {
    if (key.isEmpty()) {
      return Optional.empty();
    }
    Optional<CacheEntry> entry = cache.cacheFor(step).find(key.get().digest());
    return entry.isPresent() && cache.usable(entry.get())
        ? entry.map(e -> Snapshot.of(e.diffIds(), e.epoch()))
        : Optional.empty();
  }

  private void remember(Step step, Optional<StepKey> key, Snapshot made) throws IOException {
    if (key.isPresent()) {
      StepKey k = key.get();
      cache.cacheFor(step).put(k.digest(), new CacheEntry(made.diffIds(), made.epoch(), k));
    }
  }

  /// Another step failed; its failure is already kept.
  private static final class Stopped extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Stopped() {
      super(null, null, false, false);
    }
  }
}
