package dev.jbuild.execute;

import dev.jbuild.content.TempSpace;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.ExitStatus;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.limit.Quota;
import dev.jbuild.snapshot.Accounts;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.StepTimes;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/// Runs the command of a run step and makes its layer.
final class RunWork {

  private final LayerTrees trees;
  private final TempSpace temp;
  private final Sandbox sandbox;
  private final StepMounts mounts;
  private final ExecuteOptions options;
  private final StepEvents events;
  private final ForeignSteps foreign;
  private final FailureKeeper failures;
  private final Afterwards afterwards;
  private final Semaphore permits =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  RunWork(
      LayerTrees trees,
      TempSpace temp,
      Sandbox sandbox,
      StepMounts mounts,
      ExecuteOptions options,
      StepEvents events,
      FailureKeeper failures,
      Afterwards afterwards) {
    this.trees = trees;
    this.temp = temp;
    this.sandbox = sandbox;
    this.mounts = mounts;
    this.options = options;
    this.events = events;
    this.foreign = new ForeignSteps(events, sandbox.name());
    this.failures = failures;
    this.afterwards = afterwards;
  }

  Snapshot perform(Step.Run run, Executor.Inputs inputs) throws IOException, InterruptedException {
    sandbox.require();
    foreign.prepare(run);
    permits.acquire();
    try {
      return performNow(run, inputs);
    } finally {
      permits.release();
    }
  }

  private Snapshot performNow(Step.Run run, Executor.Inputs inputs) throws IOException {
    Snapshot base = inputs.of(run.root());
    List<Path> lowers = trees.paths(base);
    Path work = temp.directory("work");
    try (LayerStack below = LayerStack.open(lowers);
        NewLayer layer = new NewLayer(trees, temp, base, below);
        StepMounts.Held held = mounts.hold(run, inputs)) {
      Accounts.Account user = Accounts.read(below).user(run.spec().user());
      StepJob.makeWorkingDirectory(run.spec(), below, layer.upper(), user, base.epoch());
      long since = Instant.now().getEpochSecond();
      LeakGuard guard =
          new LeakGuard(options.confidential().leakGuard() ? held.secrets() : Map.of());
      Job.Root root = new Job.Root(lowers, layer.upper(), work);
      try {
        command(run, new StepJob(run.spec(), options.surroundings(), user, held), root, guard);
      } catch (CommandFailed | InvalidInput e) {
        throw failures.keep(e, new FailureKeeper.Attempt(run, inputs, layer, held, guard));
      }
      guard.checkOutput().ifPresent(warning -> events.report(run, warning));
      Instant epoch = epoch(run, base, inputs);
      StepTimes.settle(
          layer.upper(),
          options.timestamps().keep() ? Long.MAX_VALUE : since,
          epoch.getEpochSecond());
      Snapshot result = layer.keep(epoch, guard);
      sandbox.kept(layer.upper(), trees.path(result.layers().getLast()));
      return result;
    } finally {
      afterwards.add(() -> TreeRemover.remove(work));
    }
  }

  /// Runs it to its end; throws [CommandFailed] when that is none of success.
  private void command(Step.Run run, StepJob job, Job.Root root, LeakGuard guard) {
    OutputText out = output(run, false, job.held(), guard);
    OutputText err = output(run, true, job.held(), guard);
    Job.Stdio captured =
        new Job.Stdio.Captured(
            (stderr, buffer, length) -> (stderr ? err : out).write(buffer, length));
    ExitStatus status = runInTime(job.in(root, captured));
    out.end();
    err.end();
    if (!status.success()) {
      throw failed(run.spec(), status, job.surroundings().resources().quota());
    }
  }

  private OutputText output(Step.Run run, boolean stderr, StepMounts.Held held, LeakGuard guard) {
    return new OutputText(
        held.secrets().values(), guard.output(), text -> events.output(run, stderr, text));
  }

  /// Throws [CommandFailed] when the command takes longer than it may; it is dead then.
  private ExitStatus runInTime(Job job) {
    Optional<Duration> allowed = options.surroundings().timeout();
    if (allowed.isEmpty()) {
      return sandbox.run(job);
    }
    try (Deadline deadline = Deadline.in(allowed.get())) {
      try {
        return sandbox.run(job);
      } catch (Canceled e) {
        if (deadline.passed()) {
          throw new CommandFailed(
              Problem.error(
                      "StepTimedOut",
                      StepFailures.process(job.arguments())
                          + " did not end within "
                          + allowed.get().toSeconds()
                          + " s and was killed")
                  .help("see what it waits for, or give it more time: --timeout"));
        }
        throw e;
      }
    }
  }

  private Instant epoch(Step.Run run, Snapshot base, Executor.Inputs inputs) {
    if (options.timestamps().keep()) {
      return Instant.ofEpochSecond(Instant.now().getEpochSecond());
    }
    Instant newest = base.epoch();
    for (RunSpec.MountSpec mount : run.spec().mounts()) {
      Optional<Step> from = mount.from().filter(s -> !(s instanceof Step.Source));
      if (from.isPresent() && inputs.of(from.get()).epoch().isAfter(newest)) {
        newest = inputs.of(from.get()).epoch();
      }
    }
    return newest;
  }

  private static CommandFailed failed(RunSpec spec, ExitStatus status, Quota quota) {
    String how =
        status.signal() > 0
            ? "exit code: " + status.code() + " (killed by signal " + status.signal() + ")"
            : "exit code: " + status.code();
    if (status.outOfMemory()) {
      how += "; the kernel killed processes of it that went beyond --memory " + quota.memoryText();
    }
    return new CommandFailed(
        Problem.error(
            "CommandFailed",
            StepFailures.process(spec.arguments()) + " did not complete successfully: " + how));
  }
}
