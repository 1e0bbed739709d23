package dev.jbuild.execute;

import dev.jbuild.archive.Compression;
import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.StateLost;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.Canceled;
import dev.jbuild.snapshot.Layer;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.LayerUnpacker;
import dev.jbuild.snapshot.TreeManifest;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The unpacked layers on disk, one directory each, named by chain ID; layers that are the same
/// wherever they lie (`--link`) by `any-` and their diff ID. A directory that is there is whole: it
/// arrives by a rename. What must be in it is in a manifest of the same name, which is compared
/// before a build first uses it; a damaged tree is dropped. Safe for several threads and processes.
final class LayerTrees {

  private static final String BOOT = boot();

  private final Path directory;
  private final Path manifests;
  private final TempSpace temp;
  private final LayerBytes bytes;
  private final HostRoot host;
  private final StateCare care;
  private final Set<Path> compared = ConcurrentHashMap.newKeySet();

  /// The trees of layers that were found whole: in use by this process, so nobody removes them.
  private final Map<Layer, Path> found = new ConcurrentHashMap<>();

  /// Where a layer's compressed bytes come from.
  interface LayerBytes {
    /// Whether they can be had, here or from the layer's registry.
    boolean has(Layer layer) throws IOException;

    /// Sees to it that they are here.
    void fetch(Layer layer) throws IOException;

    InputStream open(Layer layer) throws IOException;
  }

  LayerTrees(
      StateDirectory state, TempSpace temp, LayerBytes bytes, HostRoot host, StateCare care) {
    this.directory = state.trees();
    this.manifests = state.manifests();
    this.care = care;
    this.temp = temp;
    this.bytes = bytes;
    this.host = host;
  }

  /// Names this start of the machine, so that what a power cut may have harmed is read again.
  private static String boot() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException e) {
      return "unknown";
    }
  }

  Path path(Layer layer) {
    Path known = found.get(layer);
    if (known != null) {
      return known;
    }
    Path anywhere = anywhere(layer.diffId());
    return Files.isDirectory(anywhere) ? anywhere : directory.resolve(layer.chainId().hex());
  }

  private Path anywhere(Digest diffId) {
    return directory.resolve("any-" + diffId.hex());
  }

  /// Whether the layer's tree is here and depends on nothing below it.
  boolean liesAnywhere(Layer layer) throws IOException {
    use(anywhere(layer.diffId()));
    return Files.isDirectory(anywhere(layer.diffId()));
  }

  /// Whether the layer is unpacked here.
  boolean has(Layer layer) throws IOException {
    use(anywhere(layer.diffId()));
    use(directory.resolve(layer.chainId().hex()));
    return Files.isDirectory(path(layer));
  }

  private void use(Path tree) throws IOException {
    care.use("trees/" + tree.getFileName());
  }

  private Path manifest(Path tree) {
    return manifests.resolve(tree.getFileName());
  }

  /// The layer's tree when it is here and whole; one that is not is dropped.
  private boolean hasWhole(Layer layer) throws IOException {
    if (found.containsKey(layer)) {
      return true;
    }
    while (has(layer)) {
      Path tree = path(layer);
      if (compared.contains(tree)) {
        found.put(layer, tree);
        return true;
      }
      TreeManifest.State state = compare(tree);
      if (state == TreeManifest.State.MOVED) {
        Path fresh = temp.next("manifest");
        TreeManifest.write(tree, fresh, BOOT);
        AtomicFile.renameLazily(fresh, manifest(tree));
      }
      if (state != TreeManifest.State.DAMAGED) {
        compared.add(tree);
        found.put(layer, tree);
        return true;
      }
      drop(tree, layer);
    }
    return false;
  }

  private TreeManifest.State compare(Path tree) throws IOException {
    try {
      return TreeManifest.check(tree, manifest(tree), BOOT, false);
    } catch (NoSuchFileException e) {
      return TreeManifest.State.DAMAGED;
    }
  }

  private void drop(Path tree, Layer layer) throws IOException {
    care.damage().dropped("unpacked layer " + layer.diffId());
    Path aside = temp.next("damaged");
    try {
      AtomicFile.renameLazily(tree, aside);
    } catch (NoSuchFileException e) {
      // Another process dropped it at the same time.
    }
    Files.deleteIfExists(manifest(tree));
    TreeRemover.remove(aside);
  }

  /// Whether the layer is here or can be had.
  boolean available(Layer layer) throws IOException {
    return has(layer) || bytes.has(layer);
  }

  /// The directories of a snapshot, topmost first, unpacked as far as they were not. One that is
  /// there twice counts once: its upper place hides all that the lower one shows.
  List<Path> paths(Snapshot snapshot) throws IOException {
    List<Layer> layers = snapshot.layers();
    List<Layer> missing = new ArrayList<>();
    for (Layer layer : layers) {
      if (!hasWhole(layer)) {
        if (!bytes.has(layer)) {
          throw new StateLost("layer " + layer.diffId());
        }
        missing.add(layer);
      }
    }
    Parallel.forEach(missing, this::fetch);
    for (int i = 0; i < layers.size(); i++) {
      if (missing.contains(layers.get(i))) {
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

  /// The tree of one layer that lies anywhere, compared with its manifest.
  Path whole(Layer layer) throws IOException {
    if (!hasWhole(layer)) {
      throw new StateLost("layer " + layer.diffId());
    }
    return path(layer);
  }

  private void fetch(Layer layer) throws IOException {
    try (StateCare.Held lock = lock("fetch " + layer.diffId())) {
      bytes.fetch(layer);
    }
  }

  private StateCare.Held lock(String name) throws IOException {
    try {
      return care.lock(name, () -> {});
    } catch (InterruptedException e) {
      throw new Canceled();
    }
  }

  private void unpack(List<Layer> below, Layer layer) throws IOException {
    try (StateCare.Held lock = lock("tree " + layer.chainId())) {
      if (hasWhole(layer)) {
        return;
      }
      care.beforeWriting();
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

  private void adopt(Path tree, Path as) throws IOException {
    use(as);
    if (!Files.isDirectory(as)) {
      try {
        Path fresh = temp.next("manifest");
        TreeManifest.write(tree, fresh, BOOT);
        AtomicFile.renameLazily(fresh, manifest(as));
        AtomicFile.renameLazily(tree, as);
        compared.add(as);
        return;
      } catch (DirectoryNotEmptyException | FileAlreadyExistsException e) {
        // Another process was faster.
      }
    }
    TreeRemover.remove(tree);
  }
}
