package dev.jbuild.sandbox;

import static dev.jbuild.linux.MountCalls.NODEV;
import static dev.jbuild.linux.MountCalls.RDONLY;

import dev.jbuild.linux.BytePath;
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

  private static final Path MACHINE = Path.of("/");

  private final Job job;
  private final Path work;
  private final Path merged;
  private final Path lowest;
  private final Path files;
  private final JobMounts mounts;
  private PathHandle root;
  private boolean machineInParts;

  RootMounts(Job job, MountPoints points) throws IOException {
    points.prepare();
    this.job = job;
    this.work = job.root().work();
    this.merged = points.root();
    this.lowest = points.lowest();
    this.files = points.files();
    this.mounts = new JobMounts(job, work);
    this.root = PathHandle.open(merged);
  }

  /// The root file system.
  void mount() throws IOException {
    Path stubs = work.resolve("s");
    List<Path> own = mountable(job.root().lowers());
    List<Path> places =
        machineInParts ? MachineParts.prepare(Files.createDirectory(stubs)) : List.of();
    List<Path> lowers = new ArrayList<>(own);
    lowers.add(lowest);
    mountRoot(lowers, "w");
    if (new Stubs(root, stubs).make(targets()) || machineInParts) {
      MountCalls.detach(path());
      lowers.addFirst(stubs);
      mountRoot(lowers, "x");
    }
    for (Path place : places) {
      MachineParts.mount(place, root);
    }
  }

  /// The machine's root cannot be a layer below directories that lie in it: the kernel refuses
  /// overlapping layers. Seen through an overlay of its own it is another file system.
  private List<Path> mountable(List<Path> lowers) throws IOException {
    if (!lowers.contains(MACHINE)) {
      return lowers;
    }
    Path memory = Files.createDirectory(work.resolve("t"));
    try (PathHandle place = PathHandle.open(memory)) {
      MachineMounts.attach("tmpfs", Map.of("mode", "0755"), NODEV, place);
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

  private void mountRoot(List<Path> lowers, String ownWork) throws IOException {
    Path inner = Files.createDirectory(work.resolve(ownWork));
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

  /// Name resolution, and what the job asks for.
  void mountForJob() throws IOException {
    Path resolv = files.resolve("resolv.conf");
    Files.writeString(resolv, NetworkFiles.resolvConf(job.network()));
    MachineMounts.bind(PathHandle.open(resolv), root, BytePath.of("etc/resolv.conf"), RDONLY);
    Path hosts = files.resolve("hosts");
    Files.writeString(hosts, NetworkFiles.hosts(job));
    MachineMounts.bind(PathHandle.open(hosts), root, BytePath.of("etc/hosts"), RDONLY);
    mounts.mount(root);
  }

  /// The root as it is now.
  PathHandle handle() {
    return root;
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
