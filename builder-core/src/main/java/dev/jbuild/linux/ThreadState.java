package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/// System calls that change the calling thread alone: namespaces, root, identity, capabilities.
/// Only for threads that end afterwards. Results are 0 or more, or minus an errno: where these are
/// called, no class may be loaded any more.
public final class ThreadState {

  public static final int NEWNS = 0x20000;
  public static final int NEWUTS = 0x4000000;
  public static final int NEWIPC = 0x8000000;
  public static final int NEWPID = 0x20000000;
  public static final int NEWNET = 0x40000000;
  public static final int FS = 0x200;

  private static final int PR_SET_DUMPABLE = 4;
  private static final int PR_CAPBSET_DROP = 24;
  private static final int PR_CAP_AMBIENT = 47;
  private static final int PR_CAP_AMBIENT_CLEAR_ALL = 4;
  private static final int CAPABILITY_VERSION = 0x20080522;
  private static final int LAST_CAPABILITY = 63;
  private static final int CLOSE_RANGE_CLOEXEC = 4;
  private static final int MNT_DETACH = 2;
  private static final int SIGKILL = 9;
  private static final long PROCESSOR_BYTES = 1024;

  private ThreadState() {}

  public static long unshare(int what) {
    return Kernel.raw(SystemCall.UNSHARE, what);
  }

  public static long setHostname(MemorySegment name, long length) {
    return Kernel.raw(SystemCall.SETHOSTNAME, name.address(), length, 0);
  }

  /// Makes the present working directory the root; the old root is gone for this thread's children.
  public static long pivotRootHere(MemorySegment dot) {
    long result = Kernel.raw(SystemCall.PIVOT_ROOT, dot.address(), dot.address(), 0);
    return result < 0 ? result : Kernel.raw(SystemCall.UMOUNT2, dot.address(), MNT_DETACH, 0);
  }

  public static long changeDirectory(MemorySegment path) {
    return Kernel.raw(SystemCall.CHDIR, path.address());
  }

  /// Makes this process one into which only a right that containers lack (CAP_SYS_PTRACE) lets
  /// others look, whoever they are.
  public static void hideProcess() {
    Kernel.raw(SystemCall.PRCTL, PR_SET_DUMPABLE, 0, 0);
  }

  public static long umask(int mask) {
    return Kernel.raw(SystemCall.UMASK, mask);
  }

  /// Marks all descriptors of the process from 3 on as not to be inherited.
  public static long closeInherited() {
    return Kernel.raw(SystemCall.CLOSE_RANGE, 3, 0xFFFFFFFFL, CLOSE_RANGE_CLOEXEC);
  }

  /// Takes capabilities out of the bounding set: no program started later can get them.
  public static void limitCapabilities(long kept) {
    for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
      if ((kept >>> capability & 1) == 0) {
        Kernel.raw(SystemCall.PRCTL, PR_CAPBSET_DROP, capability, 0);
      }
    }
    Kernel.raw(SystemCall.PRCTL, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0);
  }

  /// Memory for [#setCapabilities] with these permitted and effective, and none inheritable.
  public static MemorySegment capabilities(Arena arena, long kept) {
    MemorySegment memory = arena.allocate(8 + 24, 8);
    memory.set(ValueLayout.JAVA_INT, 0, CAPABILITY_VERSION);
    for (int half = 0; half < 2; half++) {
      int bits = (int) (kept >>> (32 * half));
      memory.set(ValueLayout.JAVA_INT, 8 + 12L * half, bits);
      memory.set(ValueLayout.JAVA_INT, 12 + 12L * half, bits);
    }
    return memory;
  }

  public static long setCapabilities(MemorySegment memory) {
    return Kernel.raw(SystemCall.CAPSET, memory.address(), memory.address() + 8, 0);
  }

  public static long setGroups(MemorySegment groups, int count) {
    return Kernel.raw(SystemCall.SETGROUPS, count, groups.address(), 0);
  }

  public static long setIds(long uid, long gid) {
    long result = Kernel.raw(SystemCall.SETRESGID, gid, gid, gid);
    return result < 0 ? result : Kernel.raw(SystemCall.SETRESUID, uid, uid, uid);
  }

  /// Keeps a thread, and what it starts from then on, to the first `count` of the processors that
  /// it may run on.
  ///
  /// @param thread its number; 0: this one
  public static void keepToProcessors(int thread, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment mask = arena.allocate(PROCESSOR_BYTES, 8);
      Kernel.raw(SystemCall.SCHED_GETAFFINITY, thread, PROCESSOR_BYTES, mask.address());
      int left = count;
      for (int bit = 0; bit < PROCESSOR_BYTES * 8; bit++) {
        byte old = mask.get(ValueLayout.JAVA_BYTE, bit / 8);
        if ((old >> bit % 8 & 1) != 0 && left-- <= 0) {
          mask.set(ValueLayout.JAVA_BYTE, bit / 8, (byte) (old & ~(1 << bit % 8)));
        }
      }
      Kernel.raw(SystemCall.SCHED_SETAFFINITY, thread, PROCESSOR_BYTES, mask.address());
    }
  }

  /// Waits for a child; its status as of `wait(2)` is put into `status`.
  public static long waitFor(int pid, MemorySegment status) {
    long result;
    do {
      result = Kernel.raw(SystemCall.WAIT4, pid, status.address(), 0);
    } while (result == -Errno.EINTR);
    return result;
  }

  public static long kill(int pid) {
    return Kernel.raw(SystemCall.KILL, pid, SIGKILL, 0);
  }

  /// Sets a resource limit of another process. -1 is unlimited.
  public static long limit(int pid, int resource, MemorySegment softAndHard) {
    return Kernel.raw(SystemCall.PRLIMIT64, pid, resource, softAndHard.address(), 0, 0, 0);
  }

  /// Gives this process the soft limit of `wanted` as far as its hard limit allows; what it was is
  /// put into `old`.
  public static void lowerSoft(int resource, MemorySegment wanted, MemorySegment old) {
    Kernel.raw(SystemCall.PRLIMIT64, 0, resource, 0, old.address(), 0, 0);
    long keep = wanted.get(ValueLayout.JAVA_LONG, 8);
    long hard = old.get(ValueLayout.JAVA_LONG, 8);
    wanted.set(ValueLayout.JAVA_LONG, 8, hard);
    Kernel.raw(SystemCall.PRLIMIT64, 0, resource, wanted.address(), 0, 0, 0);
    wanted.set(ValueLayout.JAVA_LONG, 8, keep);
  }

  /// Brings the loopback interface of this thread's network namespace up.
  public static void loopbackUp(Arena arena) throws LinuxException {
    long socket = FileCalls.call(SystemCall.SOCKET, "lo", 2, 2 | 02000000, 0);
    MemorySegment request = arena.allocate(40, 8);
    request.setString(0, "lo");
    request.set(ValueLayout.JAVA_SHORT, 16, (short) 0x41);
    FileCalls.call(SystemCall.IOCTL, "lo", socket, 0x8914, request.address());
    FileCalls.call(SystemCall.CLOSE, "lo", socket, 0, 0);
  }
}
