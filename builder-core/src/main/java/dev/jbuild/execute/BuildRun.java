package dev.jbuild.execute;

import dev.jbuild.cache.BuildRecords;
import dev.jbuild.cache.KeptFailures;
import dev.jbuild.cache.LocalCache;
import dev.jbuild.cache.explain.Explainer;
import dev.jbuild.cache.explain.FileLists;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
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
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.sandbox.limit.Quota;
import dev.jbuild.snapshot.DigestMemo;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Executes a plan on a state directory: wires the parts together, and knows nothing that they
/// know.
public final class BuildRun {

  private final StateDirectory state;
  private final TempSpace temp;
  private final BlobStore blobs;
  private final BaseFetcher fetcher;
  private final Sandbox sandbox;
  private final DigestMemo memo;
  private final StateCare care;
  private volatile Optional<BuiltImage> failed = Optional.empty();

  public BuildRun(
      StateDirectory state,
      TempSpace temp,
      BlobStore blobs,
      BaseFetcher fetcher,
      Sandbox sandbox,
      DigestMemo memo,
      StateCare care) {
    this.state = state;
    this.temp = temp;
    this.blobs = blobs;
    this.fetcher = fetcher;
    this.sandbox = sandbox;
    this.memo = memo;
    this.care = care;
  }

  /// Makes the images of `plan`, in its order. The contexts stay open until the images are
  /// exported.
  ///
  /// Throws a `BuildException` with the place of the instruction that failed.
  public List<BuiltImage> run(
      BuildPlan plan,
      Contexts contexts,
      ExecuteOptions options,
      CacheSharing sharing,
      EventSink sink) {
    List<Step> ordered = StepGraph.ordered(plan);
    refuseHostImages(plan);
    BaseLayers bases = new BaseLayers();
    for (Step step : ordered) {
      if (step instanceof Step.Base base) {
        bases.snapshot(base.image());
      }
    }
    LayerBlobs known = new LayerBlobs(state.layers(), care.damage());
    HostRoot host = new HostRoot(temp.next("host"), state.root());
    LayerTrees trees =
        new LayerTrees(
            state,
            temp,
            new LayerSource(blobs, known, bases, fetcher, sharing.layers()),
            host,
            care);
    StepEvents events = new StepEvents(plan, ordered, sink, place(options, sink));
    Selections selections = new Selections(contexts, trees, memo);
    StepKeys keys = new StepKeys(selections, bases, options, plan.origins());
    LocalCache cache = new LocalCache(state.keys(), care.damage());
    BuildJournal journal = journal(plan, cache, selections, options, contexts.described());
    StepMounts mounts =
        new StepMounts(
            trees,
            temp,
            selections,
            new CacheMounts(state.mounts(), temp, care, sharing.mounts()),
            new GivenMounts(temp, options.confidential(), options.caBundle()),
            events);
    CopyWork copies = new CopyWork(selections, trees, temp, options.timestamps().keep());
    FailureKeeper failures =
        new FailureKeeper(
            new KeptFailures(state.failed(), care.damage()),
            trees,
            events,
            options,
            journal.id(),
            sandbox.name());
    RunWork runs = new RunWork(trees, temp, sandbox, mounts, options, events, failures);
    LayerExport export = new LayerExport(trees, bases, blobs, known, fetcher, sharing.layers());
    CacheRecorder recorder = new CacheRecorder(sharing.exports(), plan, export, bases, blobs);
    StepCaches caches = new StepCaches(plan, options.cache(), trees, cache, sharing, recorder);
    ClampedLayers clamped = new ClampedLayers(export, caches.others(), recorder);
    Executor executor =
        new Executor(
            keys,
            caches,
            (step, inputs) -> perform(step, inputs, plan, bases, copies, runs),
            events,
            journal,
            care);
    boolean success = false;
    try {
      if (options.confidential().leakGuard()) {
        LeakGuard guard = new LeakGuard(options.confidential().secrets());
        plan.images().forEach(guard::checkImage);
      }
      defineKeys(keys, ordered, plan);
      List<FinishedImage> images = finish(plan, executor, options, trees, clamped);
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
        endInFailure(journal, ordered, keys);
      }
    }
  }

  /// Where steps run, in one line, with what holds them to their quota.
  private String place(ExecuteOptions options, EventSink sink) {
    Job.Resources resources = options.surroundings().resources();
    sandbox.warning(resources).ifPresent(w -> sink.accept(new BuildEvent.Reported(w)));
    Quota quota = resources.quota();
    if (quota.isEmpty()) {
      return sandbox.name();
    }
    Limiter.here().warning(quota).ifPresent(w -> sink.accept(new BuildEvent.Reported(w)));
    return sandbox.name() + ", " + Limiter.here().described(quota);
  }

  /// After a failure: the image that a failed RUN would have left, with a shell as its command;
  /// empty when none was kept.
  public Optional<BuiltImage> leftByFailure() {
    return failed;
  }

  /// The failure is told already; that it could not be recorded would hide it.
  private static void endInFailure(BuildJournal journal, List<Step> ordered, StepKeys keys) {
    try {
      journal.end(ordered, keys, false);
    } catch (IOException e) {
      // Nothing to explain later, that is all.
    }
  }

  private BuildJournal journal(
      BuildPlan plan,
      LocalCache cache,
      Selections selections,
      ExecuteOptions options,
      String context) {
    BuildRecords records = new BuildRecords(state.builds(), care.damage());
    FileLists lists = new FileLists(state.files());
    return new BuildJournal(
        plan.origins(),
        records,
        new Explainer(records, cache, lists),
        new SelectedFiles(selections, lists, temp),
        options.cache(),
        context);
  }

  private static void defineKeys(StepKeys keys, List<Step> ordered, BuildPlan plan)
      throws IOException {
    for (Step step : ordered) {
      try {
        keys.define(List.of(step));
      } catch (InvalidInput e) {
        throw StepFailures.placed(e, plan.origins().get(step));
      }
    }
  }

  private static List<FinishedImage> finish(
      BuildPlan plan,
      Executor executor,
      ExecuteOptions options,
      LayerTrees trees,
      ClampedLayers export)
      throws IOException {
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
              export));
    }
    return images;
  }

  private Snapshot perform(
      Step step,
      Executor.Inputs inputs,
      BuildPlan plan,
      BaseLayers bases,
      CopyWork copies,
      RunWork runs)
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
      Optional<Problem> full = StorageTrouble.fullDisk(state);
      throw StepFailures.placed(
          full.isPresent() ? new Unavailable(full.get(), e) : e, plan.origins().get(step));
    } catch (dev.jbuild.problem.BuildException e) {
      throw StepFailures.placed(e, plan.origins().get(step));
    } catch (IOException e) {
      throw environment(e);
    }
  }

  private Unavailable environment(Exception e) {
    return new Unavailable(StorageTrouble.of(e, state), e);
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
