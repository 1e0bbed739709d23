package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.Pipe;
import dev.jbuild.linux.Spawn;
import dev.jbuild.linux.SystemCallFilter;
import dev.jbuild.linux.ThreadState;
import dev.jbuild.sandbox.limit.Limiter;
import dev.jbuild.sandbox.limit.StepGroup;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/// One job on its launcher thread, in three parts: preparations while everything of the JVM is
/// still in reach, the new root and its mounts, and then, from the change of root on, nothing but
/// system calls prepared before.
final class Launcher implements AutoCloseable {

  private static final String MOUNTING_PROC =
      "mount -t proc -o nosuid,nodev,noexec proc \"$0\" && exec cat";

  private final Job job;
  private final MountPoints points;
  private final boolean procOfNamespace;

  /// Freed with this object: closing a shared arena stops every thread of the JVM for a moment.
  private final Arena arena = Arena.ofAuto();

  private final MemorySegment dot = arena.allocateFrom(".");
  private final MemorySegment slash = arena.allocateFrom("/");
  private final MemorySegment hostname;
  private final MemorySegment workingDirectory;
  private final MemorySegment capabilities;
  private final MemorySegment filter = DefaultFilter.PROGRAM;
  private final MemorySegment groups;
  private final MemorySegment status = arena.allocate(4, 4);
  private final MemorySegment keeperStatus = arena.allocate(4, 4);
  private final Map<Integer, MemorySegment> limits;
  private final Map<Integer, MemorySegment> quotaLimits;
  private final StepGroup group;
  private final MemorySegment oldLimits = arena.allocate(16 * 16, 8);
  private final Spawn.Prepared command;
  private final Pipe control;
  private final Pipe ready;
  private final CountDownLatch start = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  private volatile int keeper;
  private volatile int waited = -1;
  private String failedCall = "";
  private long failure;

  /// @param points where roots are mounted
  /// @param procOfNamespace whether proc can be mounted for a namespace from outside
  /// @param group what the command and all it starts shall be in
  Launcher(
      Job job, MountPoints points, List<Integer> streams, boolean procOfNamespace, StepGroup group)
      throws IOException {
    this.job = job;
    this.points = points;
    this.group = group;
    this.procOfNamespace = procOfNamespace;
    this.capabilities = ThreadState.capabilities(arena, job.rights().capabilities());
    this.hostname = arena.allocateFrom(job.hostname());
    this.workingDirectory = BytePath.of(job.workingDirectory()).in(arena);
    List<Long> ids = job.identity().groups();
    this.groups = arena.allocate(4L * Math.max(1, ids.size()), 4);
    for (int i = 0; i < ids.size(); i++) {
      groups.setAtIndex(ValueLayout.JAVA_INT, i, (int) (long) ids.get(i));
    }
    this.limits = Limits.prepare(arena, job.resources().limits());
    this.quotaLimits = Limits.forQuota(arena, job.resources());
    this.command =
        Spawn.prepare(arena, ProgramPath.candidates(job), job.arguments(), job.env(), streams);
    this.control = Pipe.open();
    this.ready = Pipe.open();
  }

  /// On the launcher thread: the whole job.
  void run() throws IOException {
    int namespaces =
        ThreadState.FS
            | ThreadState.NEWNS
            | ThreadState.NEWUTS
            | ThreadState.NEWIPC
            | ThreadState.NEWPID
            | (job.network() == Job.Network.NONE ? ThreadState.NEWNET : 0);
    Limiter.here().narrow(job.resources().quota(), 0);
    check("unshare", ThreadState.unshare(namespaces));
    ThreadState.umask(022);
    MountCalls.makeAllPrivate();
    check(
        "sethostname",
        ThreadState.setHostname(hostname, job.hostname().getBytes(StandardCharsets.UTF_8).length));
    if (job.network() == Job.Network.NONE) {
      ThreadState.loopbackUp(arena);
    }
    try (RootMounts root = new RootMounts(job, points)) {
      if (procOfNamespace) {
        startKeeper(List.of("/bin/cat", "/usr/bin/cat"), List.of("cat"));
        root.mount();
        root.mountProc();
        awaitKeeper();
      } else {
        root.mount();
        startKeeper(
            List.of("/bin/sh"), List.of("sh", "-c", MOUNTING_PROC, root.procTarget().text()));
        awaitKeeper();
      }
      root.restrictProc();
      root.mountForJob();
      MemorySegment rootPath = root.path().in(arena);
      check("chdir", ThreadState.changeDirectory(rootPath));
      int child = enterAndStart();
      if (child > 0) {
        limits.forEach((resource, value) -> ThreadState.limit(child, resource, value));
        quotaLimits.forEach((resource, value) -> ThreadState.limit(child, resource, value));
        start.countDown();
        waited = ThreadState.waitFor(child, status) < 0 ? -1 : status.get(ValueLayout.JAVA_INT, 0);
      }
    } finally {
      endKeeper();
    }
  }

  /// From here to the end of the job no class is loaded and no file is opened: the root is another.
  private int enterAndStart() {
    if (failed("pivot_root", ThreadState.pivotRootHere(dot))
        || failed("chdir /", ThreadState.changeDirectory(slash))) {
      return -1;
    }
    if (!job.insecure()) {
      ThreadState.limitCapabilities(job.rights().capabilities());
      // While this thread may still do it without renouncing setuid programs, as Docker does.
      if (failed("seccomp", SystemCallFilter.load(filter))) {
        return -1;
      }
    }
    if (job.insecure()
        && OneId.isAll()
        && failed("seccomp", SystemCallFilter.load(DefaultFilter.PRETENDING))) {
      return -1;
    }
    if (failed("setgroups", ThreadState.setGroups(groups, job.identity().groups().size()))) {
      return -1;
    }
    if (job.identity().uid() == 0 && job.identity().gid() == 0) {
      if (!job.insecure() && failed("capset", ThreadState.setCapabilities(capabilities))) {
        return -1;
      }
    } else if (failed("setuid", ThreadState.setIds(job.identity().uid(), job.identity().gid()))) {
      return -1;
    } else if (OneId.isAll()
        && !job.insecure()
        && failed("capset", ThreadState.setCapabilities(capabilities))) {
      return -1;
    }
    if (failed("working directory", ThreadState.changeDirectory(workingDirectory))
        || (!Spawn.closesDescriptors() && failed("close_range", ThreadState.closeInherited()))) {
      return -1;
    }
    int pid = startInGroup();
    return failed("exec", pid) ? -1 : pid;
  }

  /// A group may take no thread alone: this process is in it for the moment of the start, and the
  /// limits come when it has left.
  private int startInGroup() {
    if (job.resources().quota().isEmpty()) {
      return startLimited();
    }
    synchronized (StepGroup.class) {
      long entered = group.enter();
      int pid = entered < 0 ? -1 : startLimited();
      boolean bad = failed("enter cgroup", entered) | failed("leave cgroup", group.leave());
      return bad || (pid > 0 && failed("limit cgroup", group.limit())) ? -1 : pid;
    }
  }

  /// Limits are the process's, and inherited: for the moment of the start this process has the soft
  /// ones.
  private int startLimited() {
    if (limits.isEmpty()) {
      return command.start();
    }
    synchronized (Limits.class) {
      limits.forEach(
          (resource, value) -> ThreadState.lowerSoft(resource, value, oldLimit(resource)));
      try {
        return command.start();
      } finally {
        limits.keySet().forEach(resource -> ThreadState.limit(0, resource, oldLimit(resource)));
      }
    }
  }

  private MemorySegment oldLimit(int resource) {
    return oldLimits.asSlice(16L * resource, 16);
  }

  private boolean failed(String call, long result) {
    if (result >= 0) {
      return false;
    }
    if (failure != 0) {
      return true;
    }
    failedCall = call;
    failure = -result;
    return true;
  }

  /// The first process of the new process namespace: when it ends the kernel kills all others. It
  /// ends when the pipe from this JVM closes, however the JVM ends. Where the kernel cannot mount
  /// the proc of another namespace, it does that first, as a member.
  private void startKeeper(List<String> candidates, List<String> arguments) throws IOException {
    Spawn.Prepared prepared =
        Spawn.prepare(
            arena,
            candidates,
            arguments,
            List.of("PATH=/usr/sbin:/usr/bin:/sbin:/bin"),
            List.of(control.read().number(), ready.write().number(), ready.write().number()));
    // It comes back once cat runs: after the change of root nothing of the image may be executed.
    control.write().output().write('\n');
    int pid = prepared.start();
    check("start " + candidates.getFirst(), pid);
    keeper = pid;
    ready.write().close();
  }

  /// cat waits: it answers once it runs, so nothing of the image is ever executed as the keeper.
  private void awaitKeeper() throws IOException {
    byte[] answer = new byte[256];
    int n = ready.read().input().read(answer);
    if (n != 1 || answer[0] != '\n') {
      String said = n <= 0 ? "no answer" : new String(answer, 0, n, StandardCharsets.UTF_8).strip();
      throw new IOException("cannot start the first process: " + said);
    }
  }

  /// The waiting thread closes the control pipe, which ends the keeper: this thread may have become
  /// somebody who cannot send signals.
  private void endKeeper() {
    int pid = keeper;
    over();
    if (pid > 0) {
      ThreadState.waitFor(pid, keeperStatus);
      keeper = 0;
    }
  }

  private static void check(String call, long result) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(call, (int) -result, "");
    }
  }

  /// From the launcher thread, in any case: nobody need wait for it any more.
  void over() {
    start.countDown();
    end.countDown();
  }

  void awaitStart() throws InterruptedException {
    start.await();
  }

  /// Waits until the command has ended, then lets all that it left behind end too.
  void awaitEnd() throws InterruptedException, IOException {
    end.await();
    control.write().close();
  }

  /// From another thread: ends the job at once.
  void kill() {
    int pid = keeper;
    if (pid > 0) {
      ThreadState.kill(pid);
    }
    try {
      control.write().close();
    } catch (LinuxException e) {
      // The signal is what counts.
    }
  }

  /// How the command ended. Throws [InvalidInput] when it could not be started.
  ExitStatus result() throws IOException {
    if (failure != 0) {
      throw notStarted();
    }
    if (waited < 0) {
      throw new IOException("the command's end was not seen");
    }
    return ExitStatus.ofWait(waited);
  }

  private RuntimeException notStarted() throws LinuxException {
    int errno = (int) failure;
    return switch (failedCall) {
      case "exec" -> NotStarted.program(job, errno);
      case "working directory" -> NotStarted.workingDirectory(job, errno);
      default -> throw new LinuxException(failedCall, errno, "");
    };
  }

  @Override
  public void close() throws IOException {
    control.close();
    ready.close();
  }
}
