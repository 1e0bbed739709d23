package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.Optional;

/// Starts programs with `posix_spawn(3)`: as a child of the calling thread, which gives it its
/// namespaces, root, working directory, identity and capabilities.
///
/// Everything a start needs is made beforehand by [#prepare], so that [Prepared#start] does nothing
/// but call the kernel: it works where the JVM's own files can no longer be found.
public final class Spawn {

  private static final long OPAQUE_BYTES = 512;
  private static final short SET_SIGNALS = 0x04 | 0x08;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final SymbolLookup LIBC = LINKER.defaultLookup();
  private static final MethodHandle SPAWN = handle("posix_spawn", 6);
  private static final MethodHandle ACTIONS_INIT = handle("posix_spawn_file_actions_init", 1);
  private static final MethodHandle ADD_DUP2 = dup2Handle();
  private static final Optional<MethodHandle> ADD_CLOSE_FROM =
      LIBC.find("posix_spawn_file_actions_addclosefrom_np")
          .map(symbol ->
              LINKER.downcallHandle(
                  symbol,
                  FunctionDescriptor.of(
                      ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_INT)));
  private static final MethodHandle ATTR_INIT = handle("posix_spawnattr_init", 1);
  private static final MethodHandle ATTR_DEFAULTS = handle("posix_spawnattr_setsigdefault", 2);
  private static final MethodHandle ATTR_FLAGS =
      LINKER.downcallHandle(
          LIBC.findOrThrow("posix_spawnattr_setflags"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG, ValueLayout.JAVA_SHORT));

  private Spawn() {}

  private static MethodHandle handle(String name, int arguments) {
    ValueLayout[] layouts = new ValueLayout[arguments];
    java.util.Arrays.fill(layouts, ValueLayout.JAVA_LONG);
    return LINKER.downcallHandle(
        LIBC.findOrThrow(name), FunctionDescriptor.of(ValueLayout.JAVA_INT, layouts));
  }

  private static MethodHandle dup2Handle() {
    return LINKER.downcallHandle(
        LIBC.findOrThrow("posix_spawn_file_actions_adddup2"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT,
            ValueLayout.JAVA_INT));
  }

  /// Whether a started program gets no descriptor but 0, 1 and 2 whatever this process has open. An
  /// older libc cannot do that; then [ThreadState#closeInherited] comes close.
  public static boolean closesDescriptors() {
    return ADD_CLOSE_FROM.isPresent();
  }

  /// A program ready to be started.
  public static final class Prepared {
    private final List<MemorySegment> candidates;
    private final MemorySegment actions;
    private final MemorySegment attributes;
    private final MemorySegment argv;
    private final MemorySegment envp;
    private final MemorySegment pid;

    private Prepared(
        List<MemorySegment> candidates,
        MemorySegment actions,
        MemorySegment attributes,
        MemorySegment argv,
        MemorySegment envp,
        MemorySegment pid) {
      this.candidates = candidates;
      this.actions = actions;
      this.attributes = attributes;
      this.argv = argv;
      this.envp = envp;
      this.pid = pid;
    }

    /// Starts it: the first candidate that exists. The process id, or minus an errno.
    public int start() {
      int worst = Errno.ENOENT;
      for (int i = 0; i < candidates.size(); i++) {
        int error = spawn(candidates.get(i));
        if (error == 0) {
          return pid.get(ValueLayout.JAVA_INT, 0);
        }
        if (error != Errno.ENOENT && error != Errno.ENOTDIR) {
          worst = error;
          if (error != Errno.EACCES) {
            break;
          }
        }
      }
      return -worst;
    }

    private int spawn(MemorySegment program) {
      try {
        return (int)
            SPAWN.invokeExact(
                pid.address(),
                program.address(),
                actions.address(),
                attributes.address(),
                argv.address(),
                envp.address());
      } catch (Throwable t) {
        throw new IllegalStateException("posix_spawn cannot throw", t);
      }
    }
  }

  /// Prepares a start; everything lives as long as `arena`.
  ///
  /// @param candidates paths of the program, tried in order
  /// @param streams descriptors that become 0, 1, 2 and so on; empty: this process's own
  public static Prepared prepare(
      Arena arena,
      List<String> candidates,
      List<String> arguments,
      List<String> env,
      List<Integer> streams) {
    MemorySegment actions = arena.allocate(OPAQUE_BYTES, 16);
    MemorySegment attributes = arena.allocate(OPAQUE_BYTES, 16);
    MemorySegment allSignals = arena.allocate(128, 8).fill((byte) 0xFF);
    try {
      int unused = (int) ACTIONS_INIT.invokeExact(actions.address());
      for (int i = 0; i < streams.size(); i++) {
        unused = (int) ADD_DUP2.invokeExact(actions.address(), (int) streams.get(i), i);
      }
      if (ADD_CLOSE_FROM.isPresent()) {
        unused =
            (int) ADD_CLOSE_FROM.get().invokeExact(actions.address(), Math.max(3, streams.size()));
      }
      unused = (int) ATTR_INIT.invokeExact(attributes.address());
      unused = (int) ATTR_DEFAULTS.invokeExact(attributes.address(), allSignals.address());
      unused = (int) ATTR_FLAGS.invokeExact(attributes.address(), SET_SIGNALS);
    } catch (Throwable t) {
      throw new IllegalStateException("preparing a start cannot throw", t);
    }
    return new Prepared(
        candidates.stream().map(c -> NativeBytes.cString(arena, c)).toList(),
        actions,
        attributes,
        pointers(arena, arguments),
        pointers(arena, env),
        arena.allocate(4, 4));
  }

  private static MemorySegment pointers(Arena arena, List<String> texts) {
    MemorySegment array = arena.allocate(8L * (texts.size() + 1), 8);
    for (int i = 0; i < texts.size(); i++) {
      array.setAtIndex(
          ValueLayout.JAVA_LONG, i, NativeBytes.cString(arena, texts.get(i)).address());
    }
    return array;
  }
}
