package dev.jbuild.linux;

import java.util.ArrayDeque;
import java.util.Deque;

/// What `openat2` does, one component at a time, for kernels and seccomp filters that refuse it.
///
/// Each step opens a name in a directory that is held open and follows nothing by itself, so that
/// an entry that is replaced meanwhile cannot lead elsewhere.
final class OpenWalk {

  private static final int O_PATH = 010000000;
  private static final int O_CLOEXEC = 02000000;
  private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
  private static final int O_DIRECTORY = ARM ? 040000 : 0200000;
  private static final int O_NOFOLLOW = ARM ? 0100000 : 0400000;
  private static final int STEP = O_PATH | O_NOFOLLOW | O_CLOEXEC;
  private static final int MAX_LINKS = 40;
  private static final BytePath DOT = BytePath.of(".");
  private static final BytePath UP = BytePath.of("..");

  private final int root;
  private final BytePath path;
  private final boolean follow;
  private final Deque<Integer> opened = new ArrayDeque<>();
  private final Deque<BytePath> rest;
  private int links;

  private OpenWalk(int root, BytePath path, boolean follow) {
    this.root = root;
    this.path = path;
    this.follow = follow;
    this.rest = new ArrayDeque<>(path.components());
  }

  /// Opens `path` below `root`.
  ///
  /// @param follow symbolic links, with `root` as their root; else they and `..` are errors
  static int open(int root, BytePath path, int flags, int mode, boolean follow)
      throws LinuxException {
    OpenWalk walk = new OpenWalk(root, path, follow);
    try {
      return walk.run(flags, mode);
    } finally {
      walk.opened.forEach(fd -> Kernel.raw(SystemCall.CLOSE, fd));
    }
  }

  private int run(int flags, int mode) throws LinuxException {
    while (!rest.isEmpty()) {
      BytePath name = rest.pop();
      if (name.equals(DOT)) {
        continue;
      }
      if (name.equals(UP)) {
        up();
        continue;
      }
      boolean last = rest.isEmpty();
      boolean linkItself = !follow && (flags & O_NOFOLLOW) != 0;
      if (last && (linkItself || !isLink(name))) {
        return FileCalls.open(here(), name, flags | O_NOFOLLOW, mode);
      }
      step(name);
    }
    return FileCalls.open(here(), DOT, flags, mode);
  }

  private int here() {
    return opened.isEmpty() ? root : opened.element();
  }

  private void up() throws LinuxException {
    if (!follow) {
      throw new LinuxException("openat", Errno.EXDEV, path.text());
    }
    if (!opened.isEmpty()) {
      Kernel.raw(SystemCall.CLOSE, opened.pop());
    }
  }

  private boolean isLink(BytePath name) throws LinuxException {
    try {
      return FileCalls.statx(here(), name, 0, path).isSymlink();
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT) {
        return false;
      }
      throw e;
    }
  }

  private void step(BytePath name) throws LinuxException {
    if (!isLink(name)) {
      opened.push(FileCalls.open(here(), name, STEP | O_DIRECTORY, 0));
      return;
    }
    if (!follow || ++links > MAX_LINKS) {
      throw new LinuxException("openat", Errno.ELOOP, path.text());
    }
    BytePath target = FileCalls.readLink(here(), name);
    if (target.isAbsolute()) {
      while (!opened.isEmpty()) {
        up();
      }
    }
    target.components().reversed().forEach(rest::push);
  }
}
