package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.ThreadState;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.tree.WorkingTree;
import dev.jbuild.tree.WorkingTrees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/// Runs jobs where no namespace can be made and nothing mounted, as in a container with default
/// rights: in a plain directory that holds all files of the stage, as its root.
///
/// What a job does not get here: a network, process list, host name and /proc of its own. Trees lie
/// beside the jobs' work directories and go with them.
final class ChrootSandbox implements Sandbox {

  static final String NAME = "chroot";

  private final WorkingTrees trees = new WorkingTrees(StepProgram::list);
  private final Queue<CommonPlaces> common = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public void require() {
    Trial.chroot().require();
  }

  @Override
  public Optional<Problem> warning(Job.Resources resources) {
    return resources.shmBytes() == Job.Resources.USUAL_SHM
        ? Optional.empty()
        : Optional.of(
            Problem.warning(
                    "ShmSizeNotHeld",
                    "--shm-size: /dev/shm is a plain directory here, as large as the disk")
                .help("other sandboxes hold it: --sandbox namespaces"));
  }

  @Override
  public ExitStatus run(Job job) {
    refuse(job);
    // From now on no process with this one's rights can look into it, as steps have them.
    ThreadState.hideProcess();
    try {
      return StepStreams.run(job, this::inTree);
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("SandboxFailed", "cannot run a step in a directory: " + e.getMessage())
              .help("jbuild doctor tells which sandboxes work here"),
          e);
    }
  }

  @Override
  public void kept(Path upper, Path layer) throws IOException {
    trees.kept(upper, layer);
  }

  private static void refuse(Job job) {
    if (job.network() == Job.Network.NONE) {
      throw PlacedMounts.unsupported("RUN --network=none");
    }
    if (job.insecure()) {
      throw PlacedMounts.unsupported("RUN --security=insecure");
    }
    if (job.root().lowers().contains(Path.of("/"))) {
      throw PlacedMounts.unsupported("a stage on host:");
    }
  }

  private ExitStatus inTree(Job job, List<Integer> streams, List<FileDescriptor> closeWhenStarted)
      throws IOException {
    Path place = job.root().work().resolveSibling(".").normalize();
    WorkingTree tree = trees.take(job.root().lowers(), place);
    CommonPlaces own = common(place);
    boolean good = false;
    try (PlacedMounts mounts = new PlacedMounts(job, tree.directory(), own)) {
      tree.begin(job.root().upper());
      ExitStatus status = run(job, tree, mounts, streams, closeWhenStarted);
      good = true;
      return status;
    } finally {
      if (good) {
        trees.give(tree);
        common.add(own);
      } else {
        trees.drop(tree);
        TreeRemover.remove(own.directory());
      }
    }
  }

  private CommonPlaces common(Path place) throws IOException {
    CommonPlaces idle = common.poll();
    return idle != null
        ? idle
        : new CommonPlaces(
            Files.createDirectory(place.resolve("common" + count.incrementAndGet())));
  }

  private static ExitStatus run(
      Job job,
      WorkingTree tree,
      PlacedMounts mounts,
      List<Integer> streams,
      List<FileDescriptor> closeWhenStarted)
      throws IOException {
    ExitStatus status;
    Set<BytePath> restored;
    try {
      mounts.place();
      status = new ChrootProcess(job, tree.directory()).run(streams, closeWhenStarted);
    } finally {
      restored = mounts.takeBack();
    }
    tree.end(job.root().upper(), restored);
    return status;
  }
}
