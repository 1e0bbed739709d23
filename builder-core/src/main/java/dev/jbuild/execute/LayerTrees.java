package dev.jbuild.execute;

import dev.jbuild.archive.Compression;
import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.Layer;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.LayerUnpacker;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// The unpacked layers on disk, one directory each, named by chain ID; layers that are the same
/// wherever they lie (`--link`) by `any-` and their diff ID. A directory that is there is whole: it
/// arrives by a rename. Safe for several threads and processes.
final class LayerTrees {

  private final Path directory;
  private final TempSpace temp;
  private final LayerBytes bytes;
  private final HostRoot host;
  private final Map<Digest, Object> locks = new ConcurrentHashMap<>();

  /// Where a layer's compressed bytes come from.
  interface LayerBytes {
    /// Whether they can be had, here or from the layer's registry.
    boolean has(Layer layer) throws IOException;

    /// Sees to it that they are here.
    void fetch(Layer layer) throws IOException;

    InputStream open(Layer layer) throws IOException;
  }

  LayerTrees(StateDirectory state, TempSpace temp, LayerBytes bytes, HostRoot host) {
    this.directory = state.trees();
    this.temp = temp;
    this.bytes = bytes;
    this.host = host;
  }

  Path path(Layer layer) {
    Path anywhere = anywhere(layer.diffId());
    return Files.isDirectory(anywhere) ? anywhere : directory.resolve(layer.chainId().hex());
  }

  private Path anywhere(Digest diffId) {
    return directory.resolve("any-" + diffId.hex());
  }

  /// Whether the layer's tree is here and depends on nothing below it.
  boolean liesAnywhere(Layer layer) {
    return Files.isDirectory(anywhere(layer.diffId()));
  }

  /// Whether the layer is unpacked here.
  boolean has(Layer layer) {
    return Files.isDirectory(path(layer));
  }

  /// Whether the layer is here or can be had.
  boolean available(Layer layer) throws IOException {
    return has(layer) || bytes.has(layer);
  }

  /// The directories of a snapshot, topmost first, unpacked as far as they were not. One that is
  /// there twice counts once: its upper place hides all that the lower one shows.
  List<Path> paths(Snapshot snapshot) throws IOException {
    List<Layer> layers = snapshot.layers();
    fetchMissing(layers);
    for (int i = 0; i < layers.size(); i++) {
      if (!has(layers.get(i))) {
        unpack(layers.subList(0, i), layers.get(i));
      }
    }
    List<Path> paths =
        new ArrayList<>(layers.reversed().stream().map(this::path).distinct().toList());
    if (snapshot.hostBelow()) {
      paths.addAll(host.paths());
    }
    return paths;
  }

  /// The snapshot's files as one tree. The caller closes it.
  LayerStack open(Snapshot snapshot) throws IOException {
    return LayerStack.open(paths(snapshot));
  }

  private void fetchMissing(List<Layer> layers) throws IOException {
    List<Layer> missing = layers.stream().filter(layer -> !has(layer)).toList();
    Parallel.forEach(missing, bytes::fetch);
  }

  private void unpack(List<Layer> below, Layer layer) throws IOException {
    synchronized (locks.computeIfAbsent(layer.chainId(), id -> new Object())) {
      if (has(layer)) {
        return;
      }
      Path into = temp.directory("layer");
      List<Path> lowers = below.reversed().stream().map(this::path).distinct().toList();
      try (LayerStack stack = LayerStack.open(lowers);
          InputStream raw = bytes.open(layer);
          InputStream plain = Compression.decompress(raw);
          DigestInputStream checked = new DigestInputStream(plain, Digest.sha256())) {
        LayerUnpacker.unpack(checked, stack, into);
        checked.transferTo(java.io.OutputStream.nullOutputStream());
        Digest diffId = Digest.of(checked.getMessageDigest());
        if (!diffId.equals(layer.diffId())) {
          throw new IOException("a layer unpacks to " + diffId + " instead of " + layer.diffId());
        }
      }
      adopt(into, layer);
    }
  }

  /// Makes a finished directory the layer's tree. If somebody else was faster, theirs stays: it is
  /// equal.
  void adopt(Path tree, Layer layer) throws IOException {
    adopt(tree, path(layer));
  }

  /// The same for a layer that is equal wherever it lies.
  void adoptForAnywhere(Path tree, Digest diffId) throws IOException {
    adopt(tree, anywhere(diffId));
  }

  private static void adopt(Path tree, Path as) throws IOException {
    if (!Files.isDirectory(as)) {
      try {
        AtomicFile.rename(tree, as);
        return;
      } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
        // Another process was faster.
      }
    }
    TreeRemover.remove(tree);
  }
}
