package dev.jbuild.execute;

import dev.jbuild.cache.BuildRecords;
import dev.jbuild.cache.KeptFailures;
import dev.jbuild.cache.LocalCache;
import dev.jbuild.cache.explain.Explainer;
import dev.jbuild.cache.explain.FileLists;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.content.StorageTrouble;
import dev.jbuild.content.TempSpace;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.PlannedImage;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.sandbox.limit.Quota;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One execution of a plan: wires the parts together, and knows nothing that they know.
final class PlannedRun {

  private final BuildRun.Ground ground;
  private final BuildPlan plan;
  private final ExecuteOptions options;
  private final CacheSharing sharing;
  private final EventSink sink;
  private final List<Step> ordered;
  private final BaseLayers bases = new BaseLayers();
  private final LayerTrees trees;
  private final StepKeys keys;
  private final BuildJournal journal;
  private final FailureKeeper failures;
  private final CopyWork copies;
  private final RunWork runs;
  private final LayerExport export;
  private final CacheRecorder recorder;
  private final ClampedLayers clamped;
  private final Afterwards afterwards = new Afterwards();
  private final Executor executor;
  private volatile Optional<BuiltImage> failed = Optional.empty();

  /// Throws [InvalidInput] for a plan whose image is the machine's own root.
  PlannedRun(
      BuildRun.Ground ground,
      BuildPlan plan,
      Contexts contexts,
      ExecuteOptions options,
      CacheSharing sharing,
      EventSink sink) {
    this.ground = ground;
    this.plan = plan;
    this.options = options;
    this.sharing = sharing;
    this.sink = sink;
    this.ordered = StepGraph.ordered(plan);
    refuseHostImages(plan);
    for (Step step : ordered) {
      if (step instanceof Step.Base base) {
        bases.snapshot(base.image());
      }
    }
    LayerBlobs known = new LayerBlobs(ground.state().layers(), ground.care().damage());
    this.trees = trees(known);
    StepEvents events = new StepEvents(plan, ordered, sink, place());
    Selections selections = new Selections(contexts, trees, ground.memo());
    this.keys = new StepKeys(selections, bases, options, plan.origins());
    LocalCache cache = new LocalCache(ground.state().keys(), ground.care().damage());
    this.journal = journal(cache, selections, contexts.described());
    this.failures = failures(events);
    this.copies = new CopyWork(selections, trees, ground.temp(), options.timestamps().keep());
    this.runs = runs(selections, events);
    this.export =
        new LayerExport(trees, bases, ground.blobs(), known, ground.fetcher(), sharing.layers());
    this.recorder = new CacheRecorder(sharing.exports(), plan, export, bases, ground.blobs());
    StepCaches caches = new StepCaches(plan, options.cache(), trees, cache, sharing, recorder);
    this.clamped = new ClampedLayers(export, caches.others(), recorder);
    this.executor =
        new Executor(keys, caches, this::perform, events, journal, ground.care(), afterwards);
  }

  private LayerTrees trees(LayerBlobs known) {
    LayerSource source =
        new LayerSource(ground.blobs(), known, bases, ground.fetcher(), sharing.layers());
    HostRoot host = new HostRoot(ground.temp().next("host"), ground.state().root());
    return new LayerTrees(ground.state(), ground.temp(), source, host, ground.care());
  }

  private FailureKeeper failures(StepEvents events) {
    return new FailureKeeper(
        new KeptFailures(ground.state().failed(), ground.care().damage()),
        trees,
        events,
        options,
        journal.id(),
        ground.sandbox().name());
  }

  private RunWork runs(Selections selections, StepEvents events) {
    TempSpace temp = ground.temp();
    StepMounts mounts =
        new StepMounts(
            trees,
            temp,
            selections,
            new CacheMounts(ground.state().mounts(), temp, ground.care(), sharing.mounts()),
            new GivenMounts(temp, options.confidential(), options.caBundle()),
            events);
    return new RunWork(
        trees, temp, ground.sandbox(), mounts, options, events, failures, afterwards);
  }

  private BuildJournal journal(LocalCache cache, Selections selections, String context) {
    BuildRecords records = new BuildRecords(ground.state().builds(), ground.care().damage());
    FileLists lists = new FileLists(ground.state().files());
    return new BuildJournal(
        plan.origins(),
        records,
        new Explainer(records, cache, lists),
        new SelectedFiles(selections, lists, ground.temp()),
        options.cache(),
        context);
  }

  /// Where steps run, in one line, with what holds them to their quota.
  private String place() {
    Job.Resources resources = options.surroundings().resources();
    ground.sandbox().warning(resources).ifPresent(w -> sink.accept(new BuildEvent.Reported(w)));
    Quota quota = resources.quota();
    if (quota.isEmpty()) {
      return ground.sandbox().name();
    }
    Limiter.here().warning(quota).ifPresent(w -> sink.accept(new BuildEvent.Reported(w)));
    return ground.sandbox().name() + ", " + Limiter.here().described(quota);
  }

  /// Makes the images; once. Throws a `BuildException` with the place of the instruction that
  /// failed.
  List<BuiltImage> images() {
    boolean success = false;
    try {
      if (options.confidential().leakGuard()) {
        LeakGuard guard = new LeakGuard(options.confidential().secrets());
        plan.images().forEach(guard::checkImage);
      }
      defineKeys();
      List<FinishedImage> images = finished();
      afterwards.await();
      if (sharing.inline()) {
        InlineCache inline = new InlineCache(bases, sharing.seal(), sink);
        for (int i = 0; i < images.size(); i++) {
          images.set(i, inline.into(images.get(i), ordered, keys::definition, executor::known));
        }
      }
      recorder.recordKnown(ordered, keys::definition, executor::known);
      success = true;
      journal.end(ordered, keys, success);
      return List.copyOf(images);
    } catch (IOException | UncheckedIOException e) {
      throw environment(e);
    } finally {
      if (!success) {
        failed = failures.last().flatMap(step -> FailedImage.of(step, trees, export));
        endInFailure();
      }
    }
  }

  /// What a failed RUN would have left, as an image; empty when nothing was kept.
  Optional<BuiltImage> leftByFailure() {
    return failed;
  }

  /// The failure is told already; that it could not be recorded would hide it.
  private void endInFailure() {
    try {
      afterwards.await();
      journal.end(ordered, keys, false);
    } catch (IOException | RuntimeException e) {
      // Nothing to explain later, that is all.
    }
  }

  private void defineKeys() throws IOException {
    for (Step step : ordered) {
      try {
        keys.define(List.of(step));
      } catch (InvalidInput e) {
        throw StepFailures.placed(e, plan.origins().get(step));
      }
    }
  }

  private List<FinishedImage> finished() throws IOException {
    List<Snapshot> snapshots =
        executor.run(plan.images().stream().map(PlannedImage::fileSystem).toList());
    executor.complete(
        plan.images().stream()
            .flatMap(image -> image.history().stream())
            .flatMap(entry -> entry.step().stream())
            .distinct()
            .toList());
    List<FinishedImage> images = new ArrayList<>();
    for (int i = 0; i < snapshots.size(); i++) {
      images.add(
          FinishedImage.of(
              plan.images().get(i),
              snapshots.get(i),
              executor::resultOf,
              options.timestamps(),
              trees,
              clamped));
    }
    return images;
  }

  private Snapshot perform(Step step, Executor.Inputs inputs)
      throws IOException, InterruptedException {
    try {
      return switch (step) {
        case Step.Scratch scratch -> Snapshot.SCRATCH;
        case Step.Host host -> Snapshot.HOST;
        case Step.Base base -> bases.snapshot(base.image());
        case Step.Source source ->
            throw new IllegalStateException("a source is read where it is used: " + source);
        case Step.Copy copy -> copies.perform(copy, inputs);
        case Step.Merge merge -> inputs.of(merge.onto()).plus(inputs.of(merge.layer()));
        case Step.Run run -> runs.perform(run, inputs);
      };
    } catch (CommandFailed e) {
      Optional<Problem> full = StorageTrouble.fullDisk(ground.state());
      throw StepFailures.placed(
          full.isPresent() ? new Unavailable(full.get(), e) : e, plan.origins().get(step));
    } catch (dev.jbuild.problem.BuildException e) {
      throw StepFailures.placed(e, plan.origins().get(step));
    } catch (IOException e) {
      throw environment(e);
    }
  }

  private Unavailable environment(Exception e) {
    return new Unavailable(StorageTrouble.of(e, ground.state()), e);
  }

  /// The machine's own files are for building with, not for giving away.
  private static void refuseHostImages(BuildPlan plan) {
    for (PlannedImage image : plan.images()) {
      Step root = image.fileSystem();
      while (!root.inputs().isEmpty()) {
        root = root.inputs().getFirst();
      }
      if (root instanceof Step.Host) {
        throw new InvalidInput(
            Problem.error(
                    "HostAsImage", "an image cannot be made of this machine's own root file system")
                .help(
                    "copy what is needed from that stage into another: FROM scratch and COPY"
                        + " --from=..."));
      }
    }
  }
}
