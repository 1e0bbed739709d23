package dev.jbuild.sandbox;

import static dev.jbuild.linux.MountCalls.NODEV;
import static dev.jbuild.linux.MountCalls.NOSUID;
import static dev.jbuild.linux.MountCalls.RDONLY;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job.Mount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The mounts a job asks for. Sources are made ready first, so that it is known which of them are
/// directories; contents are held in memory.
final class JobMounts implements AutoCloseable {

  private static final BytePath ONE = BytePath.of("content");

  private final Job job;
  private final Path work;
  private final Map<Mount, PathHandle> sources = new HashMap<>();

  JobMounts(Job job, Path work) {
    this.job = job;
    this.work = work;
  }

  /// Where something will be mounted, but for what lies in /dev, which is a mount itself.
  List<Stubs.Target> targets() throws IOException {
    List<Stubs.Target> targets = new ArrayList<>();
    for (Mount mount : job.mounts()) {
      PathHandle source = source(mount);
      sources.put(mount, source);
      if (!mount.target().startsWith("/dev/")) {
        targets.add(new Stubs.Target(mount.target().substring(1), source.info().isDirectory()));
      }
    }
    return targets;
  }

  private PathHandle source(Mount mount) throws IOException {
    return switch (mount) {
      case Mount.Bind bind -> {
        try (PathHandle root = PathHandle.open(bind.root());
            PathHandle place = inside(root, bind.subpath(), mount)) {
          yield MountCalls.copy(place, false, bind.readOnly() ? RDONLY : 0);
        }
      }
      case Mount.Layers layers -> layers(layers);
      case Mount.Tmpfs tmpfs -> tmpfs(tmpfs);
      case Mount.Content content -> content(content);
    };
  }

  static PathHandle inside(PathHandle root, String path, Mount mount) throws IOException {
    try {
      return root.inside(BytePath.of(path));
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
        throw new InvalidInput(
            Problem.error(
                "MountSourceNotFound",
                "the source \"" + path + "\" of the mount at " + mount.target() + " is not there"));
      }
      throw e;
    }
  }

  private PathHandle layers(Mount.Layers layers) throws IOException {
    Path place = directory("l");
    if (layers.readOnly()) {
      List<Path> lowers = new ArrayList<>(layers.lowers());
      // The kernel wants two or more.
      lowers.add(directory("e"));
      lowers.add(directory("e"));
      try (PathHandle overlay = Overlay.readOnly(lowers);
          PathHandle target = PathHandle.open(place)) {
        MountCalls.attach(overlay, target);
      }
      return sub(layers, place, RDONLY);
    }
    List<Path> lowers = layers.lowers().isEmpty() ? List.of(directory("e")) : layers.lowers();
    try (PathHandle overlay = Overlay.create(lowers, directory("u"), directory("w"));
        PathHandle target = PathHandle.open(place)) {
      MountCalls.attach(overlay, target);
    }
    return sub(layers, place, 0);
  }

  private static PathHandle sub(Mount.Layers layers, Path place, int attributes)
      throws IOException {
    try (PathHandle root = PathHandle.open(place);
        PathHandle sub = inside(root, layers.subpath(), layers)) {
      return MountCalls.copy(sub, false, attributes);
    }
  }

  private static PathHandle tmpfs(Mount.Tmpfs tmpfs) throws IOException {
    Map<String, String> options = new HashMap<>(Map.of("mode", "1777"));
    tmpfs.sizeBytes().ifPresent(size -> options.put("size", Long.toString(size)));
    return MountCalls.create("tmpfs", options.entrySet(), NOSUID | NODEV);
  }

  private PathHandle content(Mount.Content content) throws IOException {
    Path place = directory("c");
    try (PathHandle memory =
            MountCalls.create("tmpfs", Map.of("mode", "0700").entrySet(), NOSUID | NODEV);
        PathHandle target = PathHandle.open(place)) {
      MountCalls.attach(memory, target);
    }
    try (DirectoryHandle directory = DirectoryHandle.open(place)) {
      try (FileDescriptor file = directory.create(ONE)) {
        file.output().write(content.bytes());
        file.owner(content.uid(), content.gid());
        file.mode(content.mode());
      }
    }
    try (PathHandle root = PathHandle.open(place);
        PathHandle file = root.inside(ONE)) {
      return MountCalls.copy(file, false, content.readOnly() ? RDONLY : 0);
    }
  }

  private Path directory(String prefix) throws IOException {
    return Files.createTempDirectory(work, prefix);
  }

  /// Puts everything in its place below `root`.
  void mount(PathHandle root) throws IOException {
    List<Mount> outerFirst = new ArrayList<>(job.mounts());
    outerFirst.sort(Comparator.comparingInt(m -> BytePath.of(m.target()).components().size()));
    for (Mount mount : outerFirst) {
      PathHandle source = sources.get(mount);
      if (source == null) {
        throw new IllegalStateException("not made ready: " + mount.target());
      }
      BytePath target = BytePath.of(mount.target());
      makeIn(root, target, source.info().isDirectory(), mount);
      try (PathHandle place = root.inside(target)) {
        MountCalls.attach(source, place);
      }
    }
  }

  /// A mount point that lies in another mount (`/dev`, a cache) is made there.
  private static void makeIn(PathHandle root, BytePath target, boolean directory, Mount mount)
      throws IOException {
    try (PathHandle present = root.inside(target)) {
      if (present.info().isDirectory() != directory) {
        throw Stubs.wrong(target, directory);
      }
      return;
    } catch (LinuxException e) {
      if (e.errno() != Errno.ENOENT) {
        throw Stubs.explained(e, target);
      }
    }
    makeIn(root, target.parent(), true, mount);
    try (PathHandle at = root.inside(target.parent());
        DirectoryHandle in = DirectoryHandle.openPath(at.realPath())) {
      if (directory) {
        in.makeDirectory(target.name(), 0755);
      } else {
        in.create(target.name()).close();
      }
    } catch (LinuxException e) {
      throw new InvalidInput(
          Problem.error(
                  "WrongMountTarget",
                  "cannot mount at " + mount.target() + ": " + Errno.describe(e.errno()))
              .help("it lies in another mount, which has no such place"));
    }
  }

  @Override
  public void close() throws IOException {
    for (PathHandle source : sources.values()) {
      source.close();
    }
  }
}
