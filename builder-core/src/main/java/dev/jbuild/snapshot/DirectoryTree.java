package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileInfo;
import dev.jbuild.linux.LinuxException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/// A directory of the user's, such as a build context, less what a filter leaves out. Everything in
/// it belongs to 0:0.
///
/// A directory that the filter leaves out is still there when something below it may count. Sockets
/// look like empty files. The owner closes it. Safe for several threads.
public final class DirectoryTree implements FileTree, AutoCloseable {

  private final DirectoryHandle root;
  private final OpenParent parents;
  private final PathFilter filter;
  private final boolean gitModes;

  private DirectoryTree(DirectoryHandle root, PathFilter filter, boolean gitModes) {
    this.root = root;
    this.parents = new OpenParent(root);
    this.filter = filter;
    this.gitModes = gitModes;
  }

  public static DirectoryTree open(Path directory, PathFilter filter) throws IOException {
    return open(directory, filter, false);
  }

  /// @param gitModes whether files show the modes that git keeps: 0755 for directories and for
  ///   files that their owner may execute, else 0644
  public static DirectoryTree open(Path directory, PathFilter filter, boolean gitModes)
      throws IOException {
    return new DirectoryTree(DirectoryHandle.open(directory), filter, gitModes);
  }

  @Override
  public Optional<FileStat> stat(BytePath path) throws IOException {
    if (path.isEmpty()) {
      return root.stat(path).map(this::shown);
    }
    try {
      return parents.in(path, DirectoryHandle::stat).filter(i -> visible(path, i)).map(this::shown);
    } catch (LinuxException e) {
      if (e.errno() == Errno.ENOENT || e.errno() == Errno.ENOTDIR || e.errno() == Errno.ELOOP) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private FileStat shown(FileInfo info) {
    FileStat stat = Stats.of(info, true);
    boolean socket = stat.type() == FileStat.Type.SOCKET;
    return !socket && (!gitModes || stat.isSymlink())
        ? stat
        : new FileStat(
            socket ? FileStat.Type.FILE : stat.type(),
            gitModes ? gitMode(stat) : stat.mode(),
            stat.uid(),
            stat.gid(),
            socket ? 0 : stat.size(),
            stat.mtimeSeconds(),
            stat.mtimeNanos(),
            stat.device(),
            stat.identity(),
            stat.links());
  }

  private static int gitMode(FileStat stat) {
    return stat.isDirectory() || (stat.mode() & 0100) != 0 ? 0755 : 0644;
  }

  private boolean visible(BytePath path, FileInfo info) {
    String text = path.text();
    return filter.includes(text) || (info.isDirectory() && filter.mayIncludeBelow(text));
  }

  /// Whether the filter itself counts `path`, and not only something below it.
  boolean included(BytePath path) {
    return path.isEmpty() || filter.includes(path.text());
  }

  @Override
  public List<BytePath> list(BytePath directory) throws IOException {
    return children(directory).stream().map(Child::name).toList();
  }

  @Override
  public List<Child> children(BytePath directory) throws IOException {
    List<Child> children = new ArrayList<>();
    try (DirectoryHandle opened = root.directory(directory)) {
      opened.visit((name, info) -> {
        if (visible(directory.resolve(name), info)) {
          children.add(new Child(name, shown(info)));
        }
      });
    }
    children.sort(Comparator.comparing(Child::name));
    return children;
  }

  @Override
  public BytePath readLink(BytePath path) throws IOException {
    return parents.in(path, DirectoryHandle::readLink);
  }

  @Override
  public InputStream open(BytePath path) throws IOException {
    try {
      return parents.in(path, LayerStack::opened);
    } catch (LinuxException e) {
      // A socket cannot be opened; it looks like an empty file.
      if (e.errno() == Errno.ENXIO) {
        return InputStream.nullInputStream();
      }
      throw e;
    }
  }

  @Override
  public List<ExtendedAttribute> attributes(BytePath path) throws IOException {
    return parents.in(path, LayerAttributes::read);
  }

  @Override
  public void close() throws IOException {
    try (root) {
      parents.close();
    }
  }
}
