package dev.jbuild.sandbox.limit;

import dev.jbuild.linux.DirectoryHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Where a controller's groups can be made by this process.
///
/// @param parent the directory that holds a new group
/// @param own the group of this process
/// @param unified whether it is cgroup v2
record Place(Path parent, Path own, boolean unified) {

  /// Finds it by trying: a group is made and removed. Empty when this process may not.
  ///
  /// @param process `/proc/self`
  static Optional<Place> find(Quota.Kind kind, Path process) {
    try {
      List<String> groups = Files.readAllLines(process.resolve("cgroup"));
      List<String> mounts = Files.readAllLines(process.resolve("mountinfo"));
      Optional<Path> first = own(groups, mounts, kind.controller());
      if (first.isPresent()) {
        Path own = first.get();
        return Optional.of(new Place(own, own, false)).filter(p -> p.works(kind));
      }
      Optional<Path> second = own(groups, mounts, "");
      if (second.isEmpty()) {
        return Optional.empty();
      }
      Path own = second.get();
      return List.of(own, own.resolveSibling(".").normalize()).stream()
          .map(parent -> new Place(parent, own, true))
          .filter(p -> p.works(kind))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// This process's directory in the hierarchy of a controller; of cgroup v2 without one.
  private static Optional<Path> own(List<String> groups, List<String> mounts, String controller) {
    for (String line : groups) {
      String[] parts = line.split(":", 3);
      if (parts.length == 3 && Arrays.asList(parts[1].split(",", -1)).contains(controller)) {
        return mounts.stream().flatMap(m -> in(m, controller, parts[2]).stream()).findFirst();
      }
    }
    return Optional.empty();
  }

  /// Where `path` of a hierarchy is, if this line of mountinfo (proc(5)) mounts it.
  private static Optional<Path> in(String line, String controller, String path) {
    int dash = line.indexOf(" - ");
    if (dash < 0) {
      return Optional.empty();
    }
    String[] fields = line.substring(0, dash).split(" ");
    String[] type = line.substring(dash + 3).split(" ");
    boolean wanted =
        controller.isEmpty()
            ? type[0].equals("cgroup2")
            : type[0].equals("cgroup")
                && Arrays.asList(type[type.length - 1].split(",")).contains(controller);
    String root = fields.length > 4 && !fields[3].equals("/") ? fields[3] : "";
    if (!wanted || fields.length < 5 || !(path + "/").startsWith(root + "/")) {
      return Optional.empty();
    }
    return Optional.of(Path.of(fields[4] + "/" + path.substring(root.length())).normalize());
  }

  /// Whether a group can be made here that has the controller.
  private boolean works(Quota.Kind kind) {
    try {
      if (unified && !enabled(kind.controller())) {
        Files.writeString(
            parent.resolve("cgroup.subtree_control"),
            "+" + kind.controller(),
            StandardOpenOption.WRITE);
      }
      StepGroup.Locked trial = StepGroup.Locked.in(parent);
      try (DirectoryHandle lock = trial.lock()) {
        return Files.isWritable(file(kind, trial.directory()))
            && Files.isWritable(own.resolve(entry()));
      } finally {
        Files.deleteIfExists(trial.directory());
      }
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private boolean enabled(String controller) throws IOException {
    return Arrays.asList(
            Files.readString(parent.resolve("cgroup.subtree_control")).strip().split(" "))
        .contains(controller);
  }

  /// The file that takes who enters: a thread alone where the kernel allows it.
  String entry() {
    return unified ? "cgroup.procs" : "tasks";
  }

  private Path file(Quota.Kind kind, Path group) {
    return switch (kind) {
      case MEMORY -> group.resolve(unified ? "memory.max" : "memory.limit_in_bytes");
      case CPU -> group.resolve(unified ? "cpu.max" : "cpu.cfs_quota_us");
      case PIDS -> group.resolve("pids.max");
    };
  }

  /// A file to write and what.
  record Setting(Path file, String text) {}

  /// What limits a group, in the order of writing.
  ///
  /// @param more processes of ours that are in it too
  List<Setting> settings(Quota.Kind kind, long value, Path group, int more) {
    Path file = file(kind, group);
    List<Setting> settings = new ArrayList<>();
    switch (kind) {
      case MEMORY -> {
        settings.add(new Setting(file, Long.toString(value)));
        Path swap = group.resolve(unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
        if (Files.exists(swap)) {
          settings.add(new Setting(swap, unified ? "0" : Long.toString(value)));
        }
      }
      case CPU -> {
        // At least a hundredth of a period of a tenth of a second, as the kernel wants it.
        long quota = Math.max(1000, value * 100);
        settings.add(new Setting(file, unified ? quota + " 100000" : Long.toString(quota)));
      }
      case PIDS -> settings.add(new Setting(file, Long.toString(value + more)));
    }
    return settings;
  }

  /// The file that tells how many processes were killed for lack of memory.
  String events() {
    return unified ? "memory.events" : "memory.oom_control";
  }
}
