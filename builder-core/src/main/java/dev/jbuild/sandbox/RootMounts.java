package dev.jbuild.sandbox;

import static dev.jbuild.linux.MountCalls.NODEV;
import static dev.jbuild.linux.MountCalls.NOEXEC;
import static dev.jbuild.linux.MountCalls.NOSUID;
import static dev.jbuild.linux.MountCalls.RDONLY;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The root of a job and everything mounted in it, in the launcher thread's mount namespace. What
/// is missing as a mount point is put into a directory below the upper one, so that the layer never
/// sees it.
final class RootMounts implements AutoCloseable {

  private static final int CHARACTER_DEVICE = 0020000 | 0666;
  private static final String PROC_NAMESPACE = "pidns";
  private static final boolean CAN_MOUNT_PROC =
      MountCalls.accepts("proc", PROC_NAMESPACE, "/proc/self/ns/pid");
  private static final String CHILDREN = "/proc/thread-self/ns/pid_for_children";

  /// The kernel's own numbers, `Documentation/admin-guide/devices.txt`.
  private record Device(String name, int major, int minor) {}

  private static final List<Device> DEVICES =
      List.of(
          new Device("null", 1, 3),
          new Device("zero", 1, 5),
          new Device("full", 1, 7),
          new Device("random", 1, 8),
          new Device("urandom", 1, 9),
          new Device("tty", 5, 0));
  private static final List<String> MASKED_FILES =
      List.of(
          "interrupts",
          "kcore",
          "keys",
          "latency_stats",
          "sched_debug",
          "timer_list",
          "timer_stats");
  private static final List<String> MASKED_DIRECTORIES = List.of("acpi", "scsi", "asound");
  private static final List<String> READ_ONLY = List.of("bus", "fs", "irq", "sys", "sysrq-trigger");

  private static final Path MACHINE = Path.of("/");

  private final Job job;
  private final Path work;
  private final Path merged;
  private final Path lowest;
  private final JobMounts mounts;
  private PathHandle root;
  private boolean machineInParts;

  RootMounts(Job job, MountPoints points) throws IOException {
    points.prepare();
    this.job = job;
    this.work = job.root().work();
    this.merged = points.root();
    this.lowest = points.lowest();
    this.mounts = new JobMounts(job, work);
    this.root = PathHandle.open(merged);
  }

  /// The root file system and the system directories, but for proc.
  void mount() throws IOException {
    Path stubs = Files.createDirectory(work.resolve("s"));
    List<Path> own = mountable(job.root().lowers());
    List<Path> places = machineInParts ? MachineParts.prepare(stubs) : List.of();
    List<Path> lowers = new ArrayList<>(own);
    lowers.add(lowest);
    mountRoot(lowers);
    if (new Stubs(root, stubs).make(targets()) || machineInParts) {
      MountCalls.detach(path());
      lowers.addFirst(stubs);
      mountRoot(lowers);
    }
    for (Path place : places) {
      MachineParts.mount(place, root);
    }
    mountSys();
    mountDev();
  }

  /// The machine's root cannot be a layer below directories that lie in it: the kernel refuses
  /// overlapping layers. Seen through an overlay of its own it is another file system.
  private List<Path> mountable(List<Path> lowers) throws IOException {
    if (!lowers.contains(MACHINE)) {
      return lowers;
    }
    Path memory = Files.createDirectory(work.resolve("t"));
    try (PathHandle place = PathHandle.open(memory)) {
      attach("tmpfs", Map.of("mode", "0755"), NODEV, place);
    }
    Path view = Files.createDirectory(work.resolve("h"));
    Path nothing = Files.createDirectory(memory.resolve("e"));
    try (PathHandle overlay = Overlay.readOnly(List.of(MACHINE, nothing));
        PathHandle place = PathHandle.open(view)) {
      MountCalls.attach(overlay, place);
    } catch (LinuxException e) {
      if (e.errno() != Errno.EINVAL) {
        throw e;
      }
      // In a user namespace the root cannot be taken without what is mounted on it.
      machineInParts = true;
      return lowers.stream().filter(p -> !p.equals(MACHINE)).toList();
    }
    return lowers.stream().map(p -> p.equals(MACHINE) ? view : p).toList();
  }

  private void mountRoot(List<Path> lowers) throws IOException {
    Path inner = work.resolve("w");
    if (!Files.isDirectory(inner)) {
      Files.createDirectory(inner);
    }
    try (PathHandle overlay = Overlay.create(lowers, job.root().upper(), inner);
        PathHandle place = PathHandle.open(merged)) {
      MountCalls.attach(overlay, place);
    }
    root.close();
    root = PathHandle.open(merged);
  }

  private List<Stubs.Target> targets() throws IOException {
    List<Stubs.Target> targets = new ArrayList<>();
    MountPoints.DIRECTORIES.forEach(name -> targets.add(new Stubs.Target(name, true)));
    MountPoints.FILES.forEach(name -> targets.add(new Stubs.Target(name, false)));
    targets.addAll(mounts.targets());
    return targets;
  }

  private void mountSys() throws IOException {
    try (PathHandle target = directory("sys")) {
      if (job.network() == Job.Network.NONE) {
        attach("sysfs", Map.of(), RDONLY | NOSUID | NODEV | NOEXEC, target);
        return;
      }
      try (PathHandle host = PathHandle.open(Path.of("/sys"));
          PathHandle copy = MountCalls.copy(host, true, job.insecure() ? 0 : RDONLY)) {
        MountCalls.attach(copy, target);
      }
    }
  }

  private void mountDev() throws IOException {
    try (PathHandle target = directory("dev")) {
      attach("tmpfs", Map.of("mode", "0755", "size", "65536k"), NOSUID, target);
    }
    try (PathHandle dev = directory("dev");
        DirectoryHandle entries = DirectoryHandle.openPath(dev.realPath())) {
      for (Device device : DEVICES) {
        makeDevice(device, entries, dev);
      }
      for (String name : List.of("pts", "shm", "mqueue", "pipes")) {
        entries.makeDirectory(BytePath.of(name), 0755);
      }
      mountPts(dev);
      try (PathHandle shm = dev.inside(BytePath.of("shm"))) {
        String size = Long.toString(job.resources().shmBytes());
        attach("tmpfs", Map.of("mode", "1777", "size", size), NOSUID | NODEV | NOEXEC, shm);
      }
      try (PathHandle queue = dev.inside(BytePath.of("mqueue"))) {
        attach("mqueue", Map.of(), NOSUID | NODEV | NOEXEC, queue);
      }
      entries.makeSymlink(BytePath.of("pts/ptmx"), BytePath.of("ptmx"));
      entries.makeSymlink(BytePath.of("/proc/self/fd"), BytePath.of("fd"));
      entries.makeSymlink(BytePath.of("/proc/self/fd/0"), BytePath.of("stdin"));
      entries.makeSymlink(BytePath.of("/proc/self/fd/1"), BytePath.of("stdout"));
      entries.makeSymlink(BytePath.of("/proc/self/fd/2"), BytePath.of("stderr"));
    }
  }

  /// The root of a user namespace makes no devices: it borrows the machine's.
  private static void makeDevice(Device device, DirectoryHandle entries, PathHandle dev)
      throws IOException {
    BytePath entry = BytePath.of(device.name());
    try {
      entries.makeNode(entry, CHARACTER_DEVICE, device.major(), device.minor());
      entries.mode(entry, 0666);
    } catch (LinuxException e) {
      entries.create(entry).close();
      bind(PathHandle.open(Path.of("/dev", device.name())), dev, entry, 0);
    }
  }

  private static void mountPts(PathHandle dev) throws IOException {
    Map<String, String> options = Map.of("newinstance", "", "ptmxmode", "0666", "mode", "0620");
    try (PathHandle pts = dev.inside(BytePath.of("pts"))) {
      Map<String, String> withGroup = new java.util.HashMap<>(options);
      withGroup.put("gid", "5");
      try {
        attach("devpts", withGroup, NOSUID | NOEXEC, pts);
      } catch (LinuxException e) {
        // A map of one id has no group 5.
        attach("devpts", options, NOSUID | NOEXEC, pts);
      }
    }
  }

  private static void attach(
      String type, Map<String, String> options, int attributes, PathHandle target)
      throws IOException {
    try (PathHandle mount = MountCalls.create(type, options.entrySet(), attributes)) {
      MountCalls.attach(mount, target);
    }
  }

  private static void bind(PathHandle source, PathHandle root, BytePath target, int attributes)
      throws IOException {
    try (source;
        PathHandle place = root.inside(target);
        PathHandle copy = MountCalls.copy(source, false, attributes)) {
      MountCalls.attach(copy, place);
    }
  }

  private PathHandle directory(String name) throws IOException {
    return root.inside(BytePath.of(name));
  }

  /// The proc of the namespace that this thread's children are in, by a kernel that can (6.17).
  void mountProc() throws IOException {
    try (PathHandle target = directory("proc")) {
      attach("proc", Map.of(PROC_NAMESPACE, CHILDREN), NOSUID | NODEV | NOEXEC, target);
    }
  }

  static boolean canMountProc() {
    return CAN_MOUNT_PROC;
  }

  /// Where proc is to be mounted, by its real path.
  BytePath procTarget() throws IOException {
    try (PathHandle proc = directory("proc")) {
      return proc.realPath();
    }
  }

  /// Hides and protects what a container must not see or change of the machine.
  void restrictProc() throws IOException {
    if (job.insecure()) {
      return;
    }
    try (PathHandle proc = directory("proc")) {
      for (String name : MASKED_FILES) {
        if (exists(proc, name)) {
          bind(PathHandle.open(Path.of("/dev/null")), proc, BytePath.of(name), 0);
        }
      }
      for (String name : MASKED_DIRECTORIES) {
        if (exists(proc, name)) {
          try (PathHandle place = proc.inside(BytePath.of(name))) {
            attach("tmpfs", Map.of("mode", "0555", "size", "4k"), RDONLY, place);
          }
        }
      }
      for (String name : READ_ONLY) {
        if (exists(proc, name)) {
          bind(
              proc.inside(BytePath.of(name)),
              proc,
              BytePath.of(name),
              RDONLY | NOSUID | NODEV | NOEXEC);
        }
      }
    }
    try (PathHandle sys = directory("sys")) {
      for (String name : List.of("firmware", "devices/virtual/powercap")) {
        if (exists(sys, name)) {
          try (PathHandle place = sys.inside(BytePath.of(name))) {
            attach("tmpfs", Map.of("mode", "0555", "size", "4k"), RDONLY, place);
          }
        }
      }
    }
  }

  private static boolean exists(PathHandle directory, String name) {
    try (PathHandle handle = directory.inside(BytePath.of(name))) {
      return handle.number() >= 0;
    } catch (LinuxException e) {
      return false;
    }
  }

  /// Name resolution, and what the job asks for.
  void mountForJob() throws IOException {
    Path resolv = work.resolve("resolv.conf");
    Files.writeString(resolv, NetworkFiles.resolvConf(job.network()));
    bind(PathHandle.open(resolv), root, BytePath.of("etc/resolv.conf"), RDONLY);
    Path hosts = work.resolve("hosts");
    Files.writeString(hosts, NetworkFiles.hosts(job));
    bind(PathHandle.open(hosts), root, BytePath.of("etc/hosts"), RDONLY);
    mounts.mount(root);
  }

  BytePath path() throws IOException {
    return BytePath.of(merged.toAbsolutePath().toString());
  }

  @Override
  public void close() throws IOException {
    // The descriptor lives in the thread's own table or is closed by number; the mounts end with
    // the namespace.
    mounts.close();
  }
}
