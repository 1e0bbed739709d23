package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// Layer trees on disk seen as one tree, as an overlay mount would show them, without a mount.
///
/// Each tree is in overlay form: a character device 0:0 hides what is below it, a directory with
/// `user.overlay.opaque` hides the directories below. The trees must not change while this is open.
/// The owner closes it.
public final class LayerStack implements FileTree, AutoCloseable {

  private static final int MAX_CACHED = 50_000;

  private final List<DirectoryHandle> trees;

  /// For a directory: which trees contribute to it, topmost first.
  private final Map<BytePath, List<DirectoryHandle>> merged = new ConcurrentHashMap<>();

  /// Directories are on the way to many files.
  private final Map<BytePath, Node> directories = new ConcurrentHashMap<>();

  private LayerStack(List<DirectoryHandle> trees) {
    this.trees = trees;
  }

  /// Opens trees, topmost first.
  public static LayerStack open(List<Path> directories) throws IOException {
    List<DirectoryHandle> opened = new ArrayList<>();
    try {
      for (Path directory : directories) {
        opened.add(DirectoryHandle.open(directory));
      }
      return new LayerStack(List.copyOf(opened));
    } catch (IOException e) {
      closeAll(opened);
      throw e;
    }
  }

  private record Node(DirectoryHandle tree, FileInfo info) {}

  @Override
  public Optional<FileStat> stat(BytePath path) throws IOException {
    if (path.isEmpty()) {
      return trees.isEmpty()
          ? Optional.empty()
          : trees.getFirst().stat(path).map(i -> Stats.of(i, false));
    }
    return find(path).map(node -> Stats.of(node.info, false));
  }

  private Optional<Node> find(BytePath path) throws IOException {
    Node directory = directories.get(path);
    if (directory != null) {
      return Optional.of(directory);
    }
    Optional<Node> node = search(path);
    if (node.filter(n -> n.info.isDirectory()).isPresent()) {
      if (directories.size() >= MAX_CACHED) {
        directories.clear();
      }
      directories.put(path, node.get());
    }
    return node;
  }

  private Optional<Node> search(BytePath path) throws IOException {
    for (DirectoryHandle tree : contributors(path.parent())) {
      Optional<FileInfo> info = tree.stat(path);
      if (info.isPresent()) {
        return info.get().isWhiteout() ? Optional.empty() : Optional.of(new Node(tree, info.get()));
      }
    }
    return Optional.empty();
  }

  private Node required(BytePath path) throws IOException {
    if (path.isEmpty() && !trees.isEmpty()) {
      DirectoryHandle top = trees.getFirst();
      return new Node(top, top.stat(path).orElseThrow());
    }
    return find(path).orElseThrow(() -> new java.io.FileNotFoundException(path.text()));
  }

  private List<DirectoryHandle> contributors(BytePath directory) throws IOException {
    if (directory.isEmpty()) {
      return trees;
    }
    List<DirectoryHandle> known = merged.get(directory);
    if (known != null) {
      return known;
    }
    List<DirectoryHandle> found = new ArrayList<>();
    for (DirectoryHandle tree : contributors(directory.parent())) {
      Optional<FileInfo> info = tree.stat(directory);
      if (info.isEmpty()) {
        continue;
      }
      if (!info.get().isDirectory()) {
        break;
      }
      found.add(tree);
      if (LayerAttributes.isOpaque(tree, directory)) {
        break;
      }
    }
    if (merged.size() >= MAX_CACHED) {
      merged.clear();
    }
    List<DirectoryHandle> result = List.copyOf(found);
    merged.put(directory, result);
    return result;
  }

  @Override
  public List<BytePath> list(BytePath directory) throws IOException {
    List<DirectoryHandle> from = contributors(directory);
    Map<BytePath, Boolean> names = new TreeMap<>();
    for (DirectoryHandle tree : from) {
      try (DirectoryHandle opened = tree.directory(directory)) {
        for (BytePath name : opened.list()) {
          if (!names.containsKey(name)) {
            names.put(name, !isWhiteout(opened, name));
          }
        }
      }
    }
    return names.entrySet().stream().filter(Map.Entry::getValue).map(Map.Entry::getKey).toList();
  }

  private static boolean isWhiteout(DirectoryHandle in, BytePath name) throws IOException {
    return in.stat(name).filter(FileInfo::isWhiteout).isPresent();
  }

  @Override
  public BytePath readLink(BytePath path) throws IOException {
    return required(path).tree.readLink(path);
  }

  @Override
  public InputStream open(BytePath path) throws IOException {
    return opened(required(path).tree, path);
  }

  static InputStream opened(DirectoryHandle tree, BytePath path) throws IOException {
    FileDescriptor file = tree.read(path);
    return new FilterInputStream(file.input()) {
      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Override
  public List<ExtendedAttribute> attributes(BytePath path) throws IOException {
    return LayerAttributes.read(required(path).tree, path);
  }

  @Override
  public void close() throws IOException {
    closeAll(trees);
  }

  private static void closeAll(List<DirectoryHandle> handles) throws IOException {
    for (DirectoryHandle handle : handles) {
      handle.close();
    }
  }
}
