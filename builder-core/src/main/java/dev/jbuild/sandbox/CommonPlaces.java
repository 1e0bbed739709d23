package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.sandbox.Placement.Action;
import dev.jbuild.snapshot.TreeRemover;
import dev.jbuild.tree.TreeSeal;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// What every job finds in its tree besides the files of its stage: devices, facts of the machine,
/// and name resolution. All is made once and then moved into one job's tree after the other; what a
/// job changed is made anew. To make forty files can take longer than the job. For one job at a
/// time.
final class CommonPlaces {

  private static final Action NOTHING = (parent, name) -> {};

  /// @param version two of the same are equal
  private record Made(String version, TreeSeal seal) {}

  private final Path directory;
  private final Map<BytePath, Made> made = new HashMap<>();

  /// @param directory an empty one on the trees' file system, where things are between jobs
  CommonPlaces(Path directory) {
    this.directory = directory;
  }

  /// Where things are between jobs.
  Path directory() {
    return directory;
  }

  void place(Placement placement, Job job) throws IOException {
    place(placement, "/dev", "", MachineFiles::devices, NOTHING);
    place(placement, "/proc", "", MachineFiles::facts, MachineFiles::refresh);
    if (!placement.has("/sys")) {
      place(placement, "/sys", "", (in, name) -> in.makeDirectory(name, 0755), NOTHING);
    }
    file(placement, "/etc/resolv.conf", NetworkFiles.resolvConf(job.network()));
    file(placement, "/etc/hosts", NetworkFiles.hosts(job));
  }

  private void file(Placement placement, String target, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    Job.Mount.Content content = new Job.Mount.Content(target, bytes, 0644, 0, 0, true);
    place(placement, target, text, PlacedMounts.file(content), NOTHING);
  }

  private void place(
      Placement placement, String target, String version, Action make, Action refresh)
      throws IOException {
    BytePath own = BytePath.of(target).name();
    placement.place(
        target,
        (in, name) -> {
          moveIn(own, version, refresh, in, name);
          if (in.stat(name).isEmpty()) {
            make.in(in, name);
          }
          made.put(own, new Made(version, TreeSeal.of(in, name)));
        },
        (in, name) -> moveOut(own, in, name));
  }

  /// Moves it where it is wanted, if it is here.
  private void moveIn(
      BytePath own, String version, Action refresh, DirectoryHandle in, BytePath name)
      throws IOException {
    Made before = made.remove(own);
    if (before == null) {
      return;
    }
    try (DirectoryHandle from = DirectoryHandle.open(directory)) {
      if (before.version.equals(version)) {
        refresh.in(from, own);
        in.rename(from, own, name);
      } else {
        TreeRemover.remove(from, own);
      }
    }
  }

  private void moveOut(BytePath own, DirectoryHandle in, BytePath name) throws IOException {
    Made before = made.get(own);
    if (before == null || !before.seal.holds(in, name)) {
      made.remove(own);
      Placement.discard(in, name);
      return;
    }
    try (DirectoryHandle to = DirectoryHandle.open(directory)) {
      to.rename(in, name, own);
    }
  }
}
