package dev.jbuild.sandbox;

import static dev.jbuild.linux.MountCalls.NODEV;
import static dev.jbuild.linux.MountCalls.NOEXEC;
import static dev.jbuild.linux.MountCalls.NOSUID;
import static dev.jbuild.linux.MountCalls.RDONLY;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What a root has mounted at `/dev`, `/sys` and `/proc`: made beside it in the launcher thread's
/// mount namespace, before there is a root, and moved into it when there is one.
final class MachineMounts {

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

  private final Path place;
  private final Namespaces.Kind kind;

  /// @param place a directory with one for each of [MountPoints#DIRECTORIES]
  MachineMounts(Path place, Namespaces.Kind kind) {
    this.place = place;
    this.kind = kind;
  }

  /// `/sys` and `/dev`.
  void mount() throws IOException {
    mountSys();
    mountDev();
  }

  private PathHandle at(String name) throws IOException {
    return PathHandle.open(place.resolve(name));
  }

  private void mountSys() throws IOException {
    try (PathHandle target = at("sys")) {
      if (kind.ownNetwork()) {
        attach("sysfs", Map.of(), RDONLY | NOSUID | NODEV | NOEXEC, target);
        return;
      }
      try (PathHandle host = PathHandle.open(Path.of("/sys"));
          PathHandle copy = MountCalls.copy(host, true, kind.insecure() ? 0 : RDONLY)) {
        MountCalls.attach(copy, target);
      }
    }
  }

  private void mountDev() throws IOException {
    try (PathHandle target = at("dev")) {
      attach("tmpfs", Map.of("mode", "0755", "size", "65536k"), NOSUID, target);
    }
    try (PathHandle dev = at("dev");
        DirectoryHandle entries = DirectoryHandle.open(place.resolve("dev"))) {
      for (Device device : DEVICES) {
        makeDevice(device, entries, dev);
      }
      for (String name : List.of("pts", "shm", "mqueue", "pipes")) {
        entries.makeDirectory(BytePath.of(name), 0755);
      }
      mountPts(dev);
      try (PathHandle shm = dev.inside(BytePath.of("shm"))) {
        String size = Long.toString(kind.shmBytes());
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
      Map<String, String> withGroup = new HashMap<>(options);
      withGroup.put("gid", "5");
      try {
        attach("devpts", withGroup, NOSUID | NOEXEC, pts);
      } catch (LinuxException e) {
        // A map of one id has no group 5.
        attach("devpts", options, NOSUID | NOEXEC, pts);
      }
    }
  }

  /// Whether the proc of a namespace can be mounted from outside it (Linux 6.17).
  static boolean canMountProc() {
    return CAN_MOUNT_PROC;
  }

  /// The proc of the namespace that this thread's children are in, by a kernel that can.
  void mountProc() throws IOException {
    try (PathHandle target = at("proc")) {
      attach("proc", Map.of(PROC_NAMESPACE, CHILDREN), NOSUID | NODEV | NOEXEC, target);
    }
  }

  /// Where proc is to be mounted by somebody else.
  Path procTarget() {
    return place.resolve("proc");
  }

  /// Hides and protects what a container must not see or change of the machine.
  void restrict() throws IOException {
    if (kind.insecure()) {
      return;
    }
    try (PathHandle proc = at("proc")) {
      for (String name : MASKED_FILES) {
        if (exists(proc, name)) {
          bind(PathHandle.open(Path.of("/dev/null")), proc, BytePath.of(name), 0);
        }
      }
      for (String name : MASKED_DIRECTORIES) {
        hide(proc, name);
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
    try (PathHandle sys = at("sys")) {
      for (String name : List.of("firmware", "devices/virtual/powercap")) {
        hide(sys, name);
      }
    }
  }

  private static void hide(PathHandle in, String directory) throws IOException {
    if (exists(in, directory)) {
      try (PathHandle place = in.inside(BytePath.of(directory))) {
        attach("tmpfs", Map.of("mode", "0555", "size", "4k"), RDONLY, place);
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

  /// Moves everything to its place in a root.
  void moveTo(PathHandle root) throws IOException {
    for (String name : MountPoints.DIRECTORIES) {
      try (PathHandle mount = at(name);
          PathHandle target = root.inside(BytePath.of(name))) {
        MountCalls.attach(mount, target);
      }
    }
  }

  static void attach(String type, Map<String, String> options, int attributes, PathHandle target)
      throws IOException {
    try (PathHandle mount = MountCalls.create(type, options.entrySet(), attributes)) {
      MountCalls.attach(mount, target);
    }
  }

  /// Closes `source`.
  static void bind(PathHandle source, PathHandle root, BytePath target, int attributes)
      throws IOException {
    try (source;
        PathHandle place = root.inside(target);
        PathHandle copy = MountCalls.copy(source, false, attributes)) {
      MountCalls.attach(copy, place);
    }
  }
}
