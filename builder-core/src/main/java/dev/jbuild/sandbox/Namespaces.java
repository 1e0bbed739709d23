package dev.jbuild.sandbox;

import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.linux.Pipe;
import dev.jbuild.linux.Processes;
import dev.jbuild.linux.Spawn;
import dev.jbuild.linux.ThreadState;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The namespaces of one job: what the launcher thread enters, never to leave, with their first
/// process and the mounts that every root has. Nothing of this depends on the job but its [Kind].
///
/// For the launcher thread, where nothing else is said. It closes this in the end.
final class Namespaces implements AutoCloseable {

  /// What of a job its namespaces are made for.
  ///
  /// @param ownNetwork whether they have a network of their own, with loopback only
  /// @param insecure whether nothing of the machine is hidden
  /// @param shmBytes the size of /dev/shm
  record Kind(boolean ownNetwork, boolean insecure, long shmBytes) {
    static Kind of(Job job) {
      return new Kind(
          job.network() == Job.Network.NONE, job.insecure(), job.resources().shmBytes());
    }
  }

  private final Kind kind;
  private final MountPoints points;
  private final MachineMounts machine;

  /// Freed with this object: closing a shared arena stops every thread of the JVM for a moment.
  private final Arena arena = Arena.ofAuto();

  private final MemorySegment keeperStatus = arena.allocate(4, 4);
  private final Pipe control;
  private final Pipe ready;
  private @Nullable Processes processes;
  private volatile int keeper;

  /// From any thread.
  ///
  /// @param points where roots are mounted
  Namespaces(Kind kind, MountPoints points) throws IOException {
    this.kind = kind;
    this.points = points;
    this.machine = new MachineMounts(points.machine(), kind);
    this.control = Pipe.open();
    this.ready = Pipe.open();
  }

  /// Enters them, and makes what is in them.
  void enter() throws IOException {
    points.prepare();
    int flags =
        ThreadState.FS
            | ThreadState.NEWNS
            | ThreadState.NEWUTS
            | ThreadState.NEWIPC
            | ThreadState.NEWPID
            | (kind.ownNetwork() ? ThreadState.NEWNET : 0);
    long result = ThreadState.unshare(flags);
    if (result < 0) {
      throw new LinuxException("unshare", (int) -result, "");
    }
    ThreadState.umask(022);
    MountCalls.makeAllPrivate();
    if (kind.ownNetwork()) {
      ThreadState.loopbackUp(arena);
    }
    boolean fromHere = MachineMounts.canMountProc();
    startKeeper(fromHere ? "" : machine.procTarget().toAbsolutePath().toString());
    machine.mount();
    if (fromHere) {
      machine.mountProc();
    }
    awaitKeeper();
    machine.restrict();
    try (PathHandle files = PathHandle.open(points.files())) {
      MachineMounts.attach("tmpfs", Map.of("mode", "0700", "size", "1m"), MountCalls.NODEV, files);
    }
    processes = new Processes(arena, machine.procTarget());
  }

  /// Moves the mounts that every root has into this one.
  void moveMountsTo(PathHandle root) throws IOException {
    machine.moveTo(root);
  }

  /// The first process of the new process namespace: when it ends the kernel kills all others. It
  /// ends when the pipe from this JVM closes, however the JVM ends. Where the kernel cannot mount
  /// the proc of another namespace, it does that first, as a member.
  private void startKeeper(String procTarget) throws IOException {
    List<Integer> descriptors =
        List.of(
            control.read().number(),
            ready.write().number(),
            ready.write().number(),
            StepProgram.number());
    Spawn.Prepared prepared =
        Spawn.prepare(
            arena,
            List.of("/proc/self/fd/3"),
            List.of("step", "keep", procTarget),
            List.of(),
            descriptors);
    int pid = prepared.start();
    if (pid < 0) {
      throw new LinuxException("start of the first process", -pid, "");
    }
    keeper = pid;
    ready.write().close();
  }

  /// It answers once it runs, so nothing of the image is ever executed as the keeper.
  private void awaitKeeper() throws IOException {
    if (ready.read().input().read() < 0) {
      control.close();
      int errno = ThreadState.waitFor(keeper, keeperStatus) < 0 ? 0 : exitCode();
      keeper = 0;
      throw new LinuxException("mount of proc", errno, "");
    }
  }

  private int exitCode() {
    return keeperStatus.get(ValueLayout.JAVA_INT, 0) >> 8 & 0xFF;
  }

  /// Whether no process is left in them but the first. A system call only: the root may be another.
  boolean empty() {
    return processes != null && processes.count() == 1;
  }

  /// From any thread: ends everything in them at once.
  void kill() {
    int pid = keeper;
    if (pid > 0) {
      ThreadState.kill(pid);
    }
  }

  /// Ends everything in them: the thread may have become somebody who cannot send signals, but the
  /// first process ends with its pipe. System calls only.
  @Override
  public void close() throws IOException {
    control.close();
    ready.close();
    int pid = keeper;
    if (pid > 0) {
      ThreadState.waitFor(pid, keeperStatus);
      keeper = 0;
    }
    if (processes != null) {
      processes.close();
    }
  }
}
