package dev.jbuild.execute;

import dev.jbuild.cache.remote.RemoteLayers;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.Accounts;
import dev.jbuild.snapshot.Copier;
import dev.jbuild.snapshot.LayerStack;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs an image's command in the sandbox that steps use, on this process's own streams. Its
/// changes are dropped.
public final class ImageRun {

  private static final long SHM_BYTES = 64 << 20;

  private final StateDirectory state;
  private final TempSpace temp;
  private final BlobStore blobs;
  private final BaseFetcher fetcher;
  private final Sandbox sandbox;
  private final StateCare care;

  public ImageRun(
      StateDirectory state,
      TempSpace temp,
      BlobStore blobs,
      BaseFetcher fetcher,
      Sandbox sandbox,
      StateCare care) {
    this.state = state;
    this.temp = temp;
    this.blobs = blobs;
    this.fetcher = fetcher;
    this.sandbox = sandbox;
    this.care = care;
  }

  /// Runs `arguments`, or the image's own command, and returns the exit code.
  public int run(Step.BaseImage image, List<String> arguments) throws IOException {
    sandbox.require();
    BaseLayers layers = new BaseLayers();
    Snapshot snapshot = layers.snapshot(image);
    LayerSource source =
        new LayerSource(
            blobs,
            new LayerBlobs(state.layers(), care.damage()),
            layers,
            fetcher,
            new RemoteLayers());
    HostRoot noHost = new HostRoot(temp.next("host"), state.root());
    LayerTrees trees = new LayerTrees(state, temp, source, noHost, care);
    List<Path> lowers = trees.paths(snapshot);
    Path upper = temp.directory("upper");
    ContainerConfig config = image.config().config();
    try (LayerStack root = LayerStack.open(lowers)) {
      Accounts.Account user = Accounts.read(root).user(config.user().orElse(""));
      String directory = config.workingDir().filter(w -> w.startsWith("/")).orElse("/");
      makeDirectory(root, upper, directory, user);
      return sandbox
          .run(
              job(
                  image,
                  config,
                  arguments,
                  new Job.Root(lowers, upper, temp.directory("work")),
                  user,
                  directory))
          .code();
    }
  }

  private static void makeDirectory(
      LayerStack root, Path upper, String directory, Accounts.Account user) throws IOException {
    Copier.Target target =
        new Copier.Target(
            directory + "/",
            Optional.of(new Copier.Owner(user.uid(), user.gid())),
            Optional.empty(),
            false,
            0);
    try (Copier copier = new Copier(root, upper, target)) {
      copier.makeDestination();
      copier.finish();
    }
  }

  private static Job job(
      Step.BaseImage image,
      ContainerConfig config,
      List<String> arguments,
      Job.Root root,
      Accounts.Account user,
      String directory) {
    List<String> command = new ArrayList<>(config.entrypoint().orElse(List.of()));
    command.addAll(arguments.isEmpty() ? config.cmd().orElse(List.of()) : arguments);
    if (command.isEmpty()) {
      throw new InvalidInput(
          Problem.error("NoCommand", image.name() + " says no command to run")
              .help("give one: jbuild run " + image.name() + " COMMAND"));
    }
    List<String> env = new ArrayList<>(config.env());
    if (env.stream().noneMatch(e -> e.startsWith("HOME="))) {
      env.add("HOME=" + (user.uid() == 0 && user.home().equals("/") ? "/root" : user.home()));
    }
    String terminal = System.getenv("TERM");
    if (terminal != null && env.stream().noneMatch(e -> e.startsWith("TERM="))) {
      env.add("TERM=" + terminal);
    }
    return new Job(
        root,
        command,
        env,
        directory,
        new Job.Identity(user.uid(), user.gid(), user.groups()),
        List.of(),
        Job.Network.DEFAULT,
        Job.Rights.DEFAULT,
        "jbuild",
        List.of(),
        Job.Resources.unlimited(SHM_BYTES),
        new Job.Stdio.Inherited());
  }
}
