package dev.jbuild.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;

/// Mounts through descriptors (the mount API of Linux 5.2 and later): no path is looked up twice,
/// and there is no limit on the length of options.
public final class MountCalls {

  public static final int RDONLY = 1;
  public static final int NOSUID = 2;
  public static final int NODEV = 4;
  public static final int NOEXEC = 8;

  private static final int MS_REC = 0x4000;
  private static final int MS_PRIVATE = 1 << 18;
  private static final int MNT_DETACH = 2;
  private static final int CLOEXEC = 1;
  private static final int OPEN_TREE_CLONE = 1;
  private static final int OPEN_TREE_CLOEXEC = 02000000;
  private static final int AT_RECURSIVE = 0x8000;
  private static final int AT_EMPTY_PATH = 0x1000;
  private static final int SET_FLAG = 0;
  private static final int SET_STRING = 1;
  private static final int CREATE = 6;
  private static final int MOVE_EMPTY_PATHS = 0x04 | 0x40;

  private MountCalls() {}

  /// Makes all mounts of this thread's mount namespace private: changes stay in it.
  public static void makeAllPrivate() throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment root = NativeBytes.cString(arena, "/");
      Kernel.check(
          SystemCall.MOUNT,
          Kernel.raw(SystemCall.MOUNT, 0, root.address(), 0, MS_REC | MS_PRIVATE, 0, 0),
          "private /");
    }
  }

  /// Makes a file system that is not attached anywhere yet. An empty value stands for an option
  /// without one.
  ///
  /// @param attributes of the mount: [#RDONLY] and others
  public static PathHandle create(
      String type, Iterable<Map.Entry<String, String>> options, int attributes)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = NativeBytes.cString(arena, type);
      int fs =
          (int)
              Kernel.check(
                  SystemCall.FSOPEN,
                  Kernel.raw(SystemCall.FSOPEN, name.address(), CLOEXEC, 0),
                  type);
      try {
        for (Map.Entry<String, String> option : options) {
          configure(arena, fs, option.getKey(), option.getValue());
        }
        Kernel.check(
            SystemCall.FSCONFIG, Kernel.raw(SystemCall.FSCONFIG, fs, CREATE, 0, 0, 0, 0), type);
        long mount =
            Kernel.check(
                SystemCall.FSMOUNT, Kernel.raw(SystemCall.FSMOUNT, fs, CLOEXEC, attributes), type);
        return new PathHandle((int) mount, BytePath.of(type));
      } finally {
        Kernel.raw(SystemCall.CLOSE, fs);
      }
    }
  }

  /// Whether this kernel takes `value` for an option of a type of file system.
  public static boolean accepts(String type, String option, String value) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = NativeBytes.cString(arena, type);
      int fs = (int) Kernel.raw(SystemCall.FSOPEN, name.address(), CLOEXEC, 0);
      if (fs < 0) {
        return false;
      }
      try {
        configure(arena, fs, option, value);
        return true;
      } catch (LinuxException e) {
        return false;
      } finally {
        Kernel.raw(SystemCall.CLOSE, fs);
      }
    }
  }

  private static void configure(Arena arena, int fs, String key, String value)
      throws LinuxException {
    MemorySegment name = NativeBytes.cString(arena, key);
    long text = value.isEmpty() ? 0 : NativeBytes.cString(arena, value).address();
    Kernel.check(
        SystemCall.FSCONFIG,
        Kernel.raw(
            SystemCall.FSCONFIG,
            fs,
            value.isEmpty() ? SET_FLAG : SET_STRING,
            name.address(),
            text,
            0,
            0),
        key + "=" + value);
  }

  /// A copy of what is mounted at a place, not attached anywhere yet: the source of a bind mount.
  public static PathHandle copy(PathHandle source, boolean recursive, int attributes)
      throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment empty = NativeBytes.cString(arena, "");
      int deep = recursive ? AT_RECURSIVE : 0;
      long mount =
          Kernel.check(
              SystemCall.OPEN_TREE,
              Kernel.raw(
                  SystemCall.OPEN_TREE,
                  source.number(),
                  empty.address(),
                  OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_EMPTY_PATH | deep),
              source);
      PathHandle handle = new PathHandle((int) mount, source.name());
      if (attributes != 0) {
        MemorySegment attr = arena.allocate(32, 8);
        attr.set(ValueLayout.JAVA_LONG, 0, attributes);
        Kernel.check(
            SystemCall.MOUNT_SETATTR,
            Kernel.raw(
                SystemCall.MOUNT_SETATTR,
                handle.number(),
                empty.address(),
                AT_EMPTY_PATH | deep,
                attr.address(),
                32,
                0),
            source);
      }
      return handle;
    }
  }

  /// Attaches a mount at a place.
  public static void attach(PathHandle mount, PathHandle target) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment empty = NativeBytes.cString(arena, "");
      Kernel.check(
          SystemCall.MOVE_MOUNT,
          Kernel.raw(
              SystemCall.MOVE_MOUNT,
              mount.number(),
              empty.address(),
              target.number(),
              empty.address(),
              MOVE_EMPTY_PATHS,
              0),
          target);
    }
  }

  /// Detaches what is mounted at `path`, at once, even if it is in use.
  public static void detach(BytePath path) throws LinuxException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = NativeBytes.cString(arena, path);
      Kernel.check(
          SystemCall.UMOUNT2, Kernel.raw(SystemCall.UMOUNT2, name.address(), MNT_DETACH, 0), path);
    }
  }
}
