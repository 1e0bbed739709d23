package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/// The one gate to the kernel: libc's `syscall(2)` with up to six arguments.
///
/// One call shape serves all, since each shape costs start-up time. The raw call acts on the
/// calling thread alone, where libc's `setuid` family would change the whole process.
final class Kernel {

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
  private static final MethodHandle SYSCALL =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("syscall"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.captureCallState("errno"),
          Linker.Option.firstVariadicArg(1));

  /// Where errno lands: one cell a thread, for threads run at the same time.
  private static final ThreadLocal<MemorySegment> CAPTURED =
      ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(STATE));

  private Kernel() {}

  /// The call's result, or minus errno.
  static long raw(SystemCall call, long a, long b, long c, long d, long e, long f) {
    MemorySegment state = CAPTURED.get();
    try {
      long result = (long) SYSCALL.invokeExact(state, (long) call.number(), a, b, c, d, e, f);
      return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
    } catch (RuntimeException | Error ex) {
      throw ex;
    } catch (Throwable t) {
      throw new IllegalStateException("a system call cannot throw", t);
    }
  }

  static long raw(SystemCall call, long a) {
    return raw(call, a, 0, 0, 0, 0, 0);
  }

  static long raw(SystemCall call, long a, long b, long c) {
    return raw(call, a, b, c, 0, 0, 0);
  }

  /// Throws when `result` is minus an errno; `subject` says what the call was about.
  static long check(SystemCall call, long result, Object subject) throws LinuxException {
    if (result < 0) {
      throw new LinuxException(
          call.name().toLowerCase(java.util.Locale.ROOT), (int) -result, subject.toString());
    }
    return result;
  }
}
