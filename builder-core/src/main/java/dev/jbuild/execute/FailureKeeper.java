package dev.jbuild.execute;

import dev.jbuild.cache.KeptFailures;
import dev.jbuild.cache.KeptFailures.Kept;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.json.RecordJson;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job;
import dev.jbuild.snapshot.Clamp;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.LayerWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Keeps what a failed RUN step left, as a layer like any other, so that people can look at it. A
/// step that left a secret in its files is not kept. Safe for several threads.
final class FailureKeeper {

  private static final Set<String> NOT_STARTED = Set.of("CommandNotFound", "CommandNotExecutable");
  private static final String TIMED_OUT = "StepTimedOut";

  private final KeptFailures kept;
  private final LayerTrees trees;
  private final StepEvents events;
  private final ExecuteOptions options;
  private final String build;
  private final String sandbox;
  private volatile @Nullable FailedStep last;

  /// @param build the id of its record
  /// @param sandbox the rung that steps run on
  FailureKeeper(
      KeptFailures kept,
      LayerTrees trees,
      StepEvents events,
      ExecuteOptions options,
      String build,
      String sandbox) {
    this.kept = kept;
    this.trees = trees;
    this.events = events;
    this.options = options;
    this.build = build;
    this.sandbox = sandbox;
  }

  /// A step while it runs.
  ///
  /// @param layer what it left
  record Attempt(
      Step.Run run,
      Executor.Inputs inputs,
      NewLayer layer,
      StepMounts.Held held,
      LeakGuard guard) {}

  /// The step that was kept last.
  Optional<FailedStep> last() {
    return Optional.ofNullable(last);
  }

  /// `failure`, with what to do to look around where it happened. That nothing could be kept takes
  /// nothing from it.
  BuildException keep(BuildException failure, Attempt attempt) {
    Problem problem = failure.problems().getFirst();
    if (!worthKeeping(failure, problem)) {
      return failure;
    }
    try {
      String id = keep(attempt);
      String shell = "to look around in what it left: jbuild shell " + id;
      Problem more = problem.help(problem.help().map(h -> h + "\n").orElse("") + shell);
      return failure instanceof CommandFailed
          ? new CommandFailed(more, failure)
          : new InvalidInput(List.of(more), failure);
    } catch (IOException | BuildException e) {
      return failure;
    }
  }

  /// Where there is but a copy of everything, a step that was ended has left no layer.
  private boolean worthKeeping(BuildException failure, Problem problem) {
    return failure instanceof CommandFailed
        ? !(problem.code().equals(TIMED_OUT) && sandbox.equals("chroot"))
        : NOT_STARTED.contains(problem.code());
  }

  private String keep(Attempt attempt) throws IOException {
    Step.Run run = attempt.run();
    Snapshot root = attempt.layer().keep(attempt.inputs().of(run.root()).epoch(), attempt.guard());
    List<FailedStep.Mount> mounts = new ArrayList<>();
    for (RunSpec.MountSpec mount : run.spec().mounts()) {
      mounts.add(mount(mount, attempt));
    }
    FailedStep step =
        new FailedStep(
            new FailedStep.About(build, events.number(run), events.title(run), sandbox),
            FailedStep.Files.of(root),
            plain(run.spec()),
            mounts,
            options.surroundings().withoutTimeout(),
            options.caBundle());
    List<List<Digest>> stacks = new ArrayList<>(List.of(root.diffIds()));
    mounts.forEach(m -> m.files().ifPresent(f -> stacks.add(f.diffIds())));
    Kept record = new Kept(KeptFailures.newId(), stacks, RecordJson.write(step));
    kept.put(record);
    last = step;
    return record.id();
  }

  /// What does not depend on this build.
  private static RunSpec plain(RunSpec spec) {
    return new RunSpec(
        spec.arguments(),
        spec.env(),
        spec.hiddenEnv().stream().map(e -> e.replaceFirst("=.*", "")).distinct().toList(),
        spec.user(),
        spec.workingDirectory(),
        spec.network(),
        spec.insecure(),
        List.of(),
        spec.scripts(),
        spec.devices(),
        spec.platform());
  }

  private FailedStep.Mount mount(RunSpec.MountSpec spec, Attempt attempt) throws IOException {
    Optional<Job.Mount> made =
        attempt.held().mounts().stream()
            .filter(m -> spec.mount().target().filter(m.target()::equals).isPresent())
            .findFirst();
    return switch (made.orElse(null)) {
      case Job.Mount.Layers(var lowers, var place, var target, var readOnly) ->
          new FailedStep.Mount(
              spec.mount(), Optional.of(files(spec, attempt, lowers)), place, Optional.empty());
      case Job.Mount.Bind bind when spec.mount().type() == RunMount.Type.CACHE ->
          new FailedStep.Mount(
              spec.mount(),
              Optional.empty(),
              bind.subpath(),
              Optional.of(bind.root().getFileName().toString()));
      case null, default ->
          new FailedStep.Mount(spec.mount(), Optional.empty(), "", Optional.empty());
    };
  }

  /// The copy that a mount of files from outside showed becomes a layer: what it is copied from may
  /// be another then.
  private FailedStep.Files files(RunSpec.MountSpec spec, Attempt attempt, List<Path> shown)
      throws IOException {
    Step from = spec.from().orElseThrow();
    if (!(from instanceof Step.Source)) {
      return FailedStep.Files.of(attempt.inputs().of(from));
    }
    try (LayerStack nothing = LayerStack.open(List.of())) {
      Digest diffId =
          LayerWriter.write(shown.getFirst(), nothing, Clamp.NONE, OutputStream.nullOutputStream());
      trees.adoptForAnywhere(shown.getFirst(), diffId);
      return FailedStep.Files.of(Snapshot.SCRATCH.plus(diffId, Instant.EPOCH));
    }
  }
}
