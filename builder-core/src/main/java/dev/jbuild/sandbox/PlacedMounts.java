package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.Job.Mount;
import dev.jbuild.tree.WorkingTrees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/// What a job sees besides its files, put into its tree: devices, name resolution, and the mounts
/// it asks for. A cache is moved into the tree and back; everything else is a copy.
final class PlacedMounts implements AutoCloseable {

  private static final Map<String, int[]> DEVICES =
      Map.of(
          "null", new int[] {1, 3},
          "zero", new int[] {1, 5},
          "full", new int[] {1, 7},
          "random", new int[] {1, 8},
          "urandom", new int[] {1, 9},
          "tty", new int[] {5, 0},
          "ptmx", new int[] {5, 2});

  private static final List<String> FACTS =
      List.of("cpuinfo", "meminfo", "version", "filesystems", "stat", "loadavg", "uptime");

  private static final List<String> OF_PROCESSES =
      List.of("cgroup", "cmdline", "comm", "environ", "exe", "maps", "stat", "statm", "status");

  private static final byte[] MOUNTS =
      "rootfs / rootfs rw 0 0\n".getBytes(StandardCharsets.US_ASCII);

  /// A directory can be in one tree at a time.
  private static final Map<Path, ReentrantLock> MOVED = new ConcurrentHashMap<>();

  private final Job job;
  private final Path work;
  private final Placement placement;
  private final List<ReentrantLock> locks = new ArrayList<>();
  private int copies;

  PlacedMounts(Job job, Path tree) throws IOException {
    this.job = job;
    this.work = job.root().work();
    this.placement = new Placement(tree, Files.createDirectory(work.resolve("aside")));
  }

  void place() throws IOException {
    placement.place("/dev", this::devices, Placement::discard);
    placement.place("/proc", this::facts, Placement::discard);
    if (!placement.has("/sys")) {
      placement.place("/sys", (in, name) -> in.makeDirectory(name, 0755), Placement::discard);
    }
    file("/etc/resolv.conf", NetworkFiles.resolvConf(job.network()), 0644);
    file("/etc/hosts", NetworkFiles.hosts(job), 0644);
    List<Mount> outerFirst = new ArrayList<>(job.mounts());
    outerFirst.sort(Comparator.comparingInt(m -> BytePath.of(m.target()).components().size()));
    for (Mount mount : outerFirst) {
      place(mount);
    }
  }

  /// There can be no file system of processes here. What programs want to know of the machine is in
  /// plain files, as it was when the step began. Those of processes are empty: who opens one gets
  /// the true one from the step program.
  private void facts(DirectoryHandle parent, BytePath name) throws IOException {
    parent.makeDirectory(name, 0755);
    parent.mode(name, 0755);
    try (DirectoryHandle proc = parent.directory(name)) {
      for (String fact : FACTS) {
        Path source = Path.of("/proc", fact);
        if (Files.isReadable(source)) {
          write(proc, fact, Files.readAllBytes(source));
        }
      }
      write(proc, "mounts", MOUNTS);
      ofProcesses(proc);
    }
  }

  private static void ofProcesses(DirectoryHandle proc) throws IOException {
    proc.makeDirectory(BytePath.of("self"), 0755);
    try (DirectoryHandle self = proc.directory(BytePath.of("self"))) {
      for (String file : OF_PROCESSES) {
        write(self, file, new byte[0]);
      }
      write(self, "mounts", MOUNTS);
      self.makeDirectory(BytePath.of("fd"), 0755);
      try (DirectoryHandle streams = self.directory(BytePath.of("fd"))) {
        for (String number : List.of("0", "1", "2")) {
          write(streams, number, new byte[0]);
        }
      }
    }
    proc.makeSymlink(BytePath.of("self"), BytePath.of("thread-self"));
  }

  private static void write(DirectoryHandle in, String name, byte[] bytes) throws IOException {
    try (FileDescriptor file = in.create(BytePath.of(name))) {
      file.output().write(bytes);
      file.mode(0444);
    }
  }

  private void devices(DirectoryHandle parent, BytePath name) throws IOException {
    parent.makeDirectory(name, 0755);
    parent.mode(name, 0755);
    try (DirectoryHandle dev = parent.directory(name)) {
      for (var device : DEVICES.entrySet()) {
        BytePath node = BytePath.of(device.getKey());
        int[] number = device.getValue();
        dev.makeNode(node, FileInfo.CHARACTER_DEVICE | 0600, number[0], number[1]);
        dev.mode(node, 0666);
      }
      for (String directory : List.of("pts", "shm", "mqueue")) {
        dev.makeDirectory(BytePath.of(directory), 0755);
        dev.mode(BytePath.of(directory), directory.equals("pts") ? 0755 : 01777);
      }
      dev.makeSymlink(BytePath.of("/proc/self/fd"), BytePath.of("fd"));
      dev.makeSymlink(BytePath.of("/proc/self/fd/0"), BytePath.of("stdin"));
      dev.makeSymlink(BytePath.of("/proc/self/fd/1"), BytePath.of("stdout"));
      dev.makeSymlink(BytePath.of("/proc/self/fd/2"), BytePath.of("stderr"));
    }
  }

  private void file(String target, String text, int mode) throws IOException {
    content(new Mount.Content(target, text.getBytes(StandardCharsets.UTF_8), mode, 0, 0, true));
  }

  private void content(Mount.Content content) throws IOException {
    placement.place(
        content.target(),
        (in, name) -> {
          try (FileDescriptor file = in.create(name)) {
            file.output().write(content.bytes());
            file.owner(content.uid(), content.gid());
            file.mode(content.mode());
          }
        },
        Placement::discard);
  }

  private void place(Mount mount) throws IOException {
    switch (mount) {
      case Mount.Content content -> content(content);
      case Mount.Tmpfs tmpfs ->
          placement.place(
              tmpfs.target(),
              (in, name) -> {
                in.makeDirectory(name, 0777);
                in.mode(name, 01777);
              },
              Placement::discard);
      case Mount.Layers layers -> layers(layers);
      case Mount.Bind bind -> bind(bind);
    }
  }

  /// A copy of the layers; the part that is wanted moves into the tree.
  private void layers(Mount.Layers layers) throws IOException {
    Path copy = Files.createDirectory(work.resolve("copy" + copies++));
    Path whole = new WorkingTrees().take(layers.lowers(), copy).directory();
    Path part = inside(whole, layers.subpath(), layers);
    placement.place(
        layers.target(),
        (in, name) -> {
          try (DirectoryHandle from = DirectoryHandle.open(part.resolveSibling("."))) {
            in.rename(from, BytePath.of(part.getFileName().toString()), name);
          }
        },
        Placement::discard);
  }

  private static Path inside(Path root, String subpath, Mount mount) throws IOException {
    try (PathHandle top = PathHandle.open(root);
        PathHandle place = JobMounts.inside(top, subpath, mount)) {
      return Path.of(place.realPath().text());
    }
  }

  private void bind(Mount.Bind bind) throws IOException {
    Path source = inside(bind.root(), bind.subpath(), bind);
    if (!Files.isDirectory(source)) {
      linked(bind, source);
      return;
    }
    if (!source.startsWith(work.toRealPath().resolve("../../..").normalize())) {
      throw new Unavailable(
          Problem.error(
                  "MountNeedsNamespaces",
                  "the directory " + source + " cannot be mounted at " + bind.target() + " here")
              .help("the sandbox 'chroot' has no mounts; see jbuild doctor for others"));
    }
    ReentrantLock lock = MOVED.computeIfAbsent(source, path -> new ReentrantLock());
    lock.lock();
    locks.add(lock);
    placement.place(
        bind.target(),
        (in, name) -> {
          try (DirectoryHandle from = DirectoryHandle.open(source.resolveSibling("."))) {
            in.rename(from, BytePath.of(source.getFileName().toString()), name);
          }
        },
        (in, name) -> {
          try (DirectoryHandle to = DirectoryHandle.open(source.resolveSibling("."))) {
            BytePath home = BytePath.of(source.getFileName().toString());
            if (to.stat(home).isPresent()) {
              // Another process made it anew meanwhile: one of the two can stay.
              Placement.discard(in, name);
            } else {
              to.rename(in, name, home);
            }
          }
        });
  }

  /// A file or socket: another name of it, or a copy where that would be on another file system.
  private void linked(Mount.Bind bind, Path source) throws IOException {
    placement.place(
        bind.target(),
        (in, name) -> {
          try (DirectoryHandle from = DirectoryHandle.open(source.resolveSibling("."))) {
            BytePath own = BytePath.of(source.getFileName().toString());
            FileInfo info = from.stat(own).orElseThrow();
            if (info.isRegular()) {
              try (FileDescriptor in2 = from.read(own);
                  FileDescriptor out = in.create(name)) {
                out.copyFrom(in2);
                out.owner(info.uid(), info.gid());
                out.mode(info.permissions());
              }
            } else if (info.isDevice()) {
              in.makeNode(name, info.type() | 0600, info.deviceMajor(), info.deviceMinor());
              in.owner(name, info.uid(), info.gid());
              in.mode(name, info.permissions());
            } else {
              in.makeLink(from, own, name);
            }
          }
        },
        Placement::discard);
  }

  Set<BytePath> takeBack() throws IOException {
    return placement.takeBack();
  }

  @Override
  public void close() {
    locks.forEach(ReentrantLock::unlock);
  }

  static InvalidInput unsupported(String what) {
    return new InvalidInput(
        Problem.error("NeedsNamespaces", what + " needs namespaces, which are refused here")
            .help("jbuild doctor tells what would allow them"));
  }
}
