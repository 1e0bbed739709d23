package dev.jbuild.execute;

import dev.jbuild.cache.remote.RemoteLayers;
import dev.jbuild.cachemount.MountCarrier;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.StateLost;
import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.RunMount;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.Accounts;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Runs a command where a step failed: in what it left, as the same user, with the same variables
/// and mounts, in the same sandbox, on this process's own streams. What it changes is dropped, but
/// for cache mounts.
final class StepShell {

  static final List<String> SHELL = List.of("/bin/sh");

  private final StateDirectory state;
  private final TempSpace temp;
  private final LayerTrees trees;
  private final StateCare care;

  StepShell(StateDirectory state, TempSpace temp, LayerTrees trees, StateCare care) {
    this.state = state;
    this.temp = temp;
    this.trees = trees;
    this.care = care;
  }

  /// Returns the command's exit code. Throws [InvalidInput] when a layer of the step is gone.
  ///
  /// @param arguments the command; empty: a shell
  /// @param environment where the values of proxy variables and TERM are
  int run(
      FailedStep step,
      List<String> arguments,
      Confidential confidential,
      Sandbox sandbox,
      Map<String, String> environment)
      throws IOException {
    sandbox.require();
    ForeignSteps.prepareShell(step.spec());
    RunSpec spec =
        step.command(arguments.isEmpty() ? SHELL : arguments, hidden(step.spec(), environment));
    List<Path> lowers = paths(step.files());
    Path work = temp.directory("work");
    Path upper = temp.directory("upper");
    try (LayerStack below = LayerStack.open(lowers);
        StepMounts.Held held = hold(step, spec, confidential)) {
      Accounts.Account user = Accounts.read(below).user(spec.user());
      StepJob.makeWorkingDirectory(spec, below, upper, user, Instant.EPOCH);
      StepJob job = new StepJob(spec, step.surroundings(), user, held);
      return sandbox
          .run(job.in(new Job.Root(lowers, upper, work), new Job.Stdio.Inherited()))
          .code();
    } finally {
      TreeRemover.remove(upper);
      TreeRemover.remove(work);
    }
  }

  /// Values of proxy variables are not kept: those of the user's own environment take their place.
  private static List<String> hidden(RunSpec spec, Map<String, String> environment) {
    List<String> variables = new ArrayList<>();
    for (String name : spec.hiddenEnv()) {
      Optional.ofNullable(environment.get(name)).ifPresent(v -> variables.add(name + "=" + v));
    }
    String terminal = environment.get("TERM");
    if (terminal != null && spec.env().stream().noneMatch(e -> e.startsWith("TERM="))) {
      variables.add("TERM=" + terminal);
    }
    return variables;
  }

  private List<Path> paths(FailedStep.Files files) throws IOException {
    try {
      return trees.paths(files.snapshot());
    } catch (StateLost e) {
      throw new InvalidInput(
          Problem.error("StepGone", "what the step left is not here any more: " + e.getMessage())
              .help("build again: the step fails again and is kept again"));
    }
  }

  private StepMounts.Held hold(FailedStep step, RunSpec spec, Confidential confidential)
      throws IOException {
    GivenMounts given = new GivenMounts(temp, confidential, step.caBundle());
    CacheMounts caches = new CacheMounts(state.mounts(), temp, care, MountCarrier.none());
    StepMounts.Held held = StepMounts.Held.nothing();
    try {
      for (FailedStep.Mount mount : step.mounts()) {
        if (mount.files().isPresent()) {
          held.mounts().add(shown(mount, mount.files().get()));
        } else if (mount.cache().isPresent()) {
          CacheMounts.Held cache = caches.again(mount.cache().get(), mount.mount().sharing());
          held.resources().add(cache);
          held.mounts().add(cached(mount, cache));
        } else if (mount.mount().type() != RunMount.Type.BIND
            && mount.mount().type() != RunMount.Type.CACHE) {
          given.add(mount.mount(), held);
        }
      }
      given.addOfStep(spec, held, (kind, text) -> {});
      return held;
    } catch (IOException | RuntimeException e) {
      held.close();
      throw e;
    }
  }

  private Job.Mount shown(FailedStep.Mount mount, FailedStep.Files files) throws IOException {
    return new Job.Mount.Layers(
        paths(files),
        mount.place(),
        mount.mount().target().orElseThrow(),
        mount.mount().readOnly());
  }

  private static Job.Mount cached(FailedStep.Mount mount, CacheMounts.Held cache) {
    return new Job.Mount.Bind(
        cache.directory(),
        mount.place(),
        mount.mount().target().orElseThrow(),
        mount.mount().readOnly());
  }

  /// The trees of the state, as far as they are here: nothing is fetched.
  static LayerTrees localTrees(
      StateDirectory state, TempSpace temp, dev.jbuild.content.BlobStore blobs, StateCare care) {
    BaseFetcher none =
        (image, blob, into) -> {
          throw new StateLost("layer blob " + blob.digest());
        };
    LayerSource source =
        new LayerSource(
            blobs,
            new LayerBlobs(state.layers(), care.damage()),
            new BaseLayers(),
            none,
            new RemoteLayers());
    return new LayerTrees(state, temp, source, new HostRoot(temp.next("host"), state.root()), care);
  }
}
