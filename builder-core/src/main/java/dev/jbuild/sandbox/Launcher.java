package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.LinuxException;
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

/// One job, in three parts: preparations while everything of the JVM is still in reach, the new
/// root and its mounts, and then, from the change of root on, nothing but system calls prepared
/// before.
final class Launcher {

  private final Job job;
  private final MountPoints points;

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
  private final Map<Integer, MemorySegment> limits;
  private final Map<Integer, MemorySegment> quotaLimits;
  private final StepGroup group;
  private final MemorySegment oldLimits = arena.allocate(16 * 16, 8);
  private final Spawn.Prepared command;
  private final CountDownLatch start = new CountDownLatch(1);
  private final CountDownLatch end = new CountDownLatch(1);

  private volatile int waited = -1;
  private String failedCall = "";
  private long failure;

  /// @param points where roots are mounted
  /// @param group what the command and all it starts shall be in
  Launcher(Job job, MountPoints points, List<Integer> streams, StepGroup group) {
    this.job = job;
    this.points = points;
    this.group = group;
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
  }

  /// On the launcher thread, in its namespaces: the whole job. When this returns processes may be
  /// left in them; if none is, that the job is over is told before.
  void run(Namespaces namespaces) throws IOException {
    Limiter.here().narrow(job.resources().quota(), 0);
    check(
        "sethostname",
        ThreadState.setHostname(hostname, job.hostname().getBytes(StandardCharsets.UTF_8).length));
    try (RootMounts root = new RootMounts(job, points)) {
      root.mount();
      namespaces.moveMountsTo(root.handle());
      root.mountForJob();
      MemorySegment rootPath = root.path().in(arena);
      check("chdir", ThreadState.changeDirectory(rootPath));
      int child = enterAndStart();
      if (child > 0) {
        limits.forEach((resource, value) -> ThreadState.limit(child, resource, value));
        quotaLimits.forEach((resource, value) -> ThreadState.limit(child, resource, value));
        start.countDown();
        waited = ThreadState.waitFor(child, status) < 0 ? -1 : status.get(ValueLayout.JAVA_INT, 0);
        if (namespaces.empty()) {
          over();
        }
      }
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

  /// Waits until the command has ended and nothing that it left behind is alive.
  void awaitEnd() throws InterruptedException {
    end.await();
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
}
