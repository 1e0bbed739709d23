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
import dev.jbuild.snapshot.Accounts;
import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.StepTimes;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
  private final Semaphore permits =
      new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

  RunWork(
      LayerTrees trees,
      TempSpace temp,
      Sandbox sandbox,
      StepMounts mounts,
      ExecuteOptions options,
      StepEvents events) {
    this.trees = trees;
    this.temp = temp;
    this.sandbox = sandbox;
    this.mounts = mounts;
    this.options = options;
    this.events = events;
    this.foreign = new ForeignSteps(events);
  }

  Snapshot perform(Step.Run run, Executor.Inputs inputs) throws IOException, InterruptedException {
    sandbox.require();
    foreign.prepare(run);
    if (!run.spec().devices().isEmpty()) {
      throw new InvalidInput(
          Problem.error("NotYetSupported", "RUN --device is not supported yet")
              .help("build this image without the device, or run the step elsewhere"));
    }
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
      makeWorkingDirectory(run.spec(), below, layer.upper(), user, base.epoch());
      long since = Instant.now().getEpochSecond();
      LeakGuard guard =
          new LeakGuard(options.confidential().leakGuard() ? held.secrets() : Map.of());
      OutputText out = output(run, false, held, guard);
      OutputText err = output(run, true, held, guard);
      ExitStatus status =
          runInTime(
              job(run.spec(), new Job.Root(lowers, layer.upper(), work), held, user, out, err));
      out.end();
      err.end();
      if (!status.success()) {
        throw failed(run.spec(), status);
      }
      guard.checkOutput().ifPresent(warning -> events.report(run, warning));
      Instant epoch = epoch(run, base, inputs);
      StepTimes.settle(
          layer.upper(),
          options.timestamps().keep() ? Long.MAX_VALUE : since,
          epoch.getEpochSecond());
      return layer.keep(epoch, guard);
    } finally {
      TreeRemover.remove(work);
    }
  }

  private OutputText output(Step.Run run, boolean stderr, StepMounts.Held held, LeakGuard guard) {
    return new OutputText(
        held.secrets().values(), guard.output(), text -> events.output(run, stderr, text));
  }

  /// A base may name a working directory that it does not have.
  private static void makeWorkingDirectory(
      RunSpec spec, FileTree below, Path upper, Accounts.Account user, Instant epoch)
      throws IOException {
    Copier.Target target =
        new Copier.Target(
            spec.workingDirectory() + "/",
            Optional.of(new Copier.Owner(user.uid(), user.gid())),
            Optional.empty(),
            false,
            epoch.getEpochSecond());
    try (Copier copier = new Copier(below, upper, target)) {
      copier.makeDestination();
      copier.finish();
    }
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

  private Job job(
      RunSpec spec,
      Job.Root root,
      StepMounts.Held held,
      Accounts.Account user,
      OutputText out,
      OutputText err) {
    return new Job(
        root,
        spec.arguments(),
        environment(spec, held, user),
        spec.workingDirectory(),
        new Job.Identity(user.uid(), user.gid(), user.groups()),
        held.mounts(),
        switch (spec.network()) {
          case "none" -> Job.Network.NONE;
          case "host" -> Job.Network.HOST;
          default -> Job.Network.DEFAULT;
        },
        new Job.Rights(spec.insecure(), options.surroundings().capabilities()),
        options.surroundings().hostname(),
        options.surroundings().hosts(),
        options.surroundings().resources(),
        new Job.Stdio.Captured(
            (stderr, buffer, length) -> (stderr ? err : out).write(buffer, length)));
  }

  private List<String> environment(RunSpec spec, StepMounts.Held held, Accounts.Account user) {
    List<String> env = new ArrayList<>(spec.env());
    env.addAll(spec.hiddenEnv());
    env.addAll(held.env());
    if (env.stream().noneMatch(e -> e.startsWith("HOME="))) {
      env.add("HOME=" + (user.uid() == 0 && user.home().equals("/") ? "/root" : user.home()));
    }
    return env;
  }

  private static CommandFailed failed(RunSpec spec, ExitStatus status) {
    String how =
        status.signal() > 0
            ? "exit code: " + status.code() + " (killed by signal " + status.signal() + ")"
            : "exit code: " + status.code();
    return new CommandFailed(
        Problem.error(
            "CommandFailed",
            StepFailures.process(spec.arguments()) + " did not complete successfully: " + how));
  }
}
