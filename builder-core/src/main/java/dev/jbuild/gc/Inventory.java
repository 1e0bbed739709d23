package dev.jbuild.gc;

import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.KeptFailures;
import dev.jbuild.cache.LocalCache;
import dev.jbuild.content.DamageLog;
import dev.jbuild.content.ImageStore;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.gc.Entry.Kind;
import dev.jbuild.gc.Entry.Need;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildException;
import dev.jbuild.snapshot.Layer;
import dev.jbuild.snapshot.TreeManifest;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// All entries of the state and who needs them. Nothing is changed. What comes and goes meanwhile
/// may be left out; whoever removes entries looks again at who uses them.
final class Inventory {

  private final StateDirectory state;
  private final DamageLog damage = new DamageLog();
  private final List<Entry> entries = new ArrayList<>();

  /// When each tree and blob was last of use to a step, by path.
  private final Map<String, Instant> uses = new HashMap<>();

  private Inventory(StateDirectory state) {
    this.state = state;
  }

  static List<Entry> read(StateDirectory state) throws IOException {
    Inventory inventory = new Inventory(state);
    ImageBlobs images = ImageBlobs.read(state, new ImageStore(state.images(), inventory.damage));
    inventory.keys();
    inventory.layers();
    inventory.plain(Kind.RECORDS, state.builds(), Need.CACHE);
    inventory.failures();
    inventory.plain(Kind.RECORDS, state.bases(), Need.CACHE);
    inventory.plain(Kind.FILES, state.files(), Need.CACHE);
    inventory.trees();
    inventory.blobs(images);
    inventory.mounts();
    inventory.plain(Kind.DOWNLOADS, state.downloads(), Need.CACHE);
    inventory.plain(Kind.DOWNLOADS, state.clones(), Need.CACHE);
    return inventory.entries;
  }

  private interface Each {
    void see(Path file, String name, Instant modified) throws IOException;
  }

  private static void each(Path directory, Each each) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        try {
          each.see(
              file, file.getFileName().toString(), Files.getLastModifiedTime(file).toInstant());
        } catch (NoSuchFileException e) {
          // It went away meanwhile.
        }
      }
    }
  }

  private void used(String path, Instant when) {
    uses.merge(path, when, (a, b) -> a.isAfter(b) ? a : b);
  }

  /// Keys, and with them what their results are made of.
  private void keys() throws IOException {
    LocalCache cache = new LocalCache(state.keys(), damage);
    each(
        state.keys(),
        (file, name, modified) -> {
          long bytes = new DiskSpace().of(file);
          Optional<CacheEntry> entry = result(cache, name);
          boolean whole = entry.isPresent();
          for (Layer layer : used(entry.map(CacheEntry::diffIds).orElse(List.of()), modified)) {
            whole &= canBeHad(layer);
          }
          entries.add(
              new Entry(
                  Kind.KEYS, "keys/" + name, bytes, modified, whole ? Need.CACHE : Need.NONE));
        });
  }

  /// A stack of layers is of use; returns them.
  private List<Layer> used(List<Digest> diffIds, Instant when) {
    List<Layer> layers = new ArrayList<>();
    for (Digest diffId : diffIds) {
      Layer layer = layers.isEmpty() ? Layer.first(diffId) : layers.getLast().next(diffId);
      layers.add(layer);
      used("trees/" + layer.chainId().hex(), when);
      used("trees/any-" + diffId.hex(), when);
      used("layers/" + diffId.hex(), when);
    }
    return layers;
  }

  /// Steps that failed, and with them what they left.
  private void failures() throws IOException {
    KeptFailures failures = new KeptFailures(state.failed(), damage);
    each(
        state.failed(),
        (file, name, modified) -> {
          Optional<KeptFailures.Kept> kept = failures.find(name);
          kept.ifPresent(k -> k.stacks().forEach(stack -> used(stack, modified)));
          entries.add(
              new Entry(
                  Kind.FAILED,
                  "failed/" + name,
                  new DiskSpace().of(file),
                  modified,
                  kept.isPresent() ? Need.CACHE : Need.NONE));
        });
  }

  private static Optional<CacheEntry> result(LocalCache cache, String name) throws IOException {
    return name.matches("[0-9a-f]{64}") ? cache.read(new Digest(name)) : Optional.empty();
  }

  private boolean canBeHad(Layer layer) throws IOException {
    if (Files.isDirectory(state.trees().resolve(layer.chainId().hex()))
        || Files.isDirectory(state.trees().resolve("any-" + layer.diffId().hex()))) {
      return true;
    }
    LayerBlobs known = new LayerBlobs(state.layers(), damage);
    for (String form : LayerBlobs.FORMS) {
      var blob = known.find(layer.diffId(), form);
      if (blob.isPresent() && Files.exists(blob(blob.get().digest()))) {
        return true;
      }
    }
    return false;
  }

  private Path blob(Digest digest) {
    return state.blobs().resolve("sha256").resolve(digest.hex());
  }

  /// Notes about layers: they lead from what steps need to blobs.
  private void layers() throws IOException {
    LayerBlobs known = new LayerBlobs(state.layers(), damage);
    each(
        state.layers(),
        (file, name, modified) -> {
          Need need = Need.NONE;
          int dash = name.indexOf('-');
          if (dash == 64) {
            try {
              var blob = known.find(new Digest(name.substring(0, 64)), name.substring(65));
              Instant use = uses.get("layers/" + name.substring(0, 64));
              if (blob.isPresent() && Files.exists(blob(blob.get().digest()))) {
                need = Need.CACHE;
                if (use != null) {
                  used("blobs/" + blob.get().digest().hex(), use);
                }
              }
            } catch (IllegalArgumentException | BuildException e) {
              // No note of ours.
            }
          }
          entries.add(
              new Entry(Kind.LAYERS, "layers/" + name, new DiskSpace().of(file), modified, need));
        });
  }

  private void plain(Kind kind, Path directory, Need need) throws IOException {
    each(
        directory,
        (file, name, modified) ->
            entries.add(
                new Entry(
                    kind,
                    directory.getFileName() + "/" + name,
                    new DiskSpace().of(file),
                    modified,
                    need)));
  }

  private void trees() throws IOException {
    each(
        state.trees(),
        (file, name, modified) -> {
          Path manifest = state.manifests().resolve(name);
          long bytes = TreeManifest.bytes(manifest);
          boolean known = Files.exists(manifest);
          add(
              Kind.TREES,
              "trees/" + name,
              bytes > 0 ? bytes + new DiskSpace().of(manifest) : new DiskSpace().of(file),
              known ? Files.getLastModifiedTime(manifest).toInstant() : Instant.EPOCH,
              known);
        });
    each(
        state.manifests(),
        (file, name, modified) -> {
          if (!Files.isDirectory(state.trees().resolve(name))) {
            long bytes = new DiskSpace().of(file);
            entries.add(new Entry(Kind.TREES, "manifests/" + name, bytes, modified, Need.NONE));
          }
        });
  }

  private void add(Kind kind, String path, long bytes, Instant own, boolean whole) {
    Instant use = whole ? uses.get(path) : null;
    entries.add(
        new Entry(
            kind,
            path,
            bytes,
            use == null || own.isAfter(use) ? own : use,
            use == null ? Need.NONE : Need.CACHE));
  }

  private void blobs(ImageBlobs images) throws IOException {
    each(
        state.blobs().resolve("sha256"),
        (file, name, modified) -> {
          long bytes = new DiskSpace().of(file);
          if (images.all().contains(name)) {
            entries.add(new Entry(Kind.BLOBS, "blobs/" + name, bytes, modified, Need.IMAGE));
          } else {
            add(Kind.BLOBS, "blobs/" + name, bytes, modified, true);
          }
        });
  }

  /// Contents of caches; the lock of one is touched when it is used.
  private void mounts() throws IOException {
    each(
        state.mounts(),
        (file, name, modified) -> {
          if (!name.endsWith(".lock")) {
            Path lock = file.resolveSibling(name + ".lock");
            Instant use =
                Files.exists(lock) ? Files.getLastModifiedTime(lock).toInstant() : modified;
            entries.add(
                new Entry(
                    Kind.MOUNTS, "mounts/" + name, new DiskSpace().of(file), use, Need.CACHE));
          }
        });
  }
}
