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

  /// A directory can be in one tree at a time.
  private static final Map<Path, ReentrantLock> MOVED = new ConcurrentHashMap<>();

  private final Job job;
  private final Path work;
  private final CommonPlaces common;
  private final Placement placement;
  private final List<ReentrantLock> locks = new ArrayList<>();
  private int copies;

  PlacedMounts(Job job, Path tree, CommonPlaces common) {
    this.job = job;
    this.work = job.root().work();
    this.common = common;
    this.placement = new Placement(tree, common.directory());
  }

  void place() throws IOException {
    common.place(placement, job);
    List<Mount> outerFirst = new ArrayList<>(job.mounts());
    outerFirst.sort(Comparator.comparingInt(m -> BytePath.of(m.target()).components().size()));
    for (Mount mount : outerFirst) {
      place(mount);
    }
    placement.passTime();
  }

  /// Makes a file of this content.
  static Placement.Action file(Mount.Content content) {
    return (in, name) -> {
      try (FileDescriptor file = in.create(name)) {
        file.output().write(content.bytes());
        file.owner(content.uid(), content.gid());
        file.mode(content.mode());
      }
    };
  }

  private void place(Mount mount) throws IOException {
    switch (mount) {
      case Mount.Content content ->
          placement.place(content.target(), file(content), Placement::discard);
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
    Path whole = new WorkingTrees(StepProgram::list).take(layers.lowers(), copy).directory();
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
