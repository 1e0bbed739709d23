package dev.jbuild.gc;

import dev.jbuild.cache.LocalCache;
import dev.jbuild.content.DamageLog;
import dev.jbuild.content.ImageStore;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.content.Leases;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.Digest;
import dev.jbuild.snapshot.TreeManifest;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Reads everything that is kept and drops what is damaged; what a living build uses is only named.
public final class Verifier {

  private final StateDirectory state;
  private final TempSpace temp;
  private final Leases leases;
  private final List<String> damaged = new ArrayList<>();
  private int looked;

  public Verifier(StateDirectory state, TempSpace temp, Leases leases) {
    this.state = state;
    this.temp = temp;
    this.leases = leases;
  }

  /// What was found.
  ///
  /// @param entries how many were read
  /// @param damaged those of them that are damaged, by path
  public record Found(int entries, List<String> damaged) {
    public Found {
      damaged = List.copyOf(damaged);
    }
  }

  public Found verify() throws IOException {
    DamageLog log = new DamageLog();
    LocalCache cache = new LocalCache(state.keys(), log);
    LayerBlobs notes = new LayerBlobs(state.layers(), log);
    for (Path key : list(state.keys())) {
      String name = name(key);
      small(
          "keys/" + name, name.matches("[0-9a-f]{64}") && cache.read(new Digest(name)).isPresent());
    }
    for (Path note : list(state.layers())) {
      String name = name(note);
      small(
          "layers/" + name,
          name.matches("[0-9a-f]{64}-.+")
              && notes.find(new Digest(name.substring(0, 64)), name.substring(65)).isPresent());
    }
    log.take();
    new ImageStore(state.images(), log).list();
    small("images/names", log.take().isEmpty());
    for (Path tree : list(state.trees())) {
      tree(tree);
    }
    for (Path blob : list(state.blobs().resolve("sha256"))) {
      blob(blob);
    }
    return new Found(looked, damaged);
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.sorted().toList();
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  /// A small file drops itself when it is read damaged.
  private void small(String path, boolean whole) throws IOException {
    looked++;
    if (!whole && !path.startsWith("images/")) {
      Files.deleteIfExists(state.root().resolve(path));
    }
    if (!whole) {
      damaged.add(path);
    }
  }

  private void tree(Path tree) throws IOException {
    looked++;
    try {
      Path manifest = state.manifests().resolve(name(tree));
      if (TreeManifest.check(tree, manifest, "", true) == TreeManifest.State.DAMAGED) {
        drop("trees/" + name(tree), tree);
      }
    } catch (NoSuchFileException e) {
      if (Files.isDirectory(tree)) {
        drop("trees/" + name(tree), tree);
      }
    }
  }

  private void blob(Path blob) throws IOException {
    looked++;
    MessageDigest digest = Digest.sha256();
    try (InputStream in = Files.newInputStream(blob)) {
      byte[] buffer = new byte[1 << 17];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    if (!Digest.of(digest).hex().equals(name(blob))) {
      drop("blobs/" + name(blob), blob);
    }
  }

  private void drop(String path, Path file) throws IOException {
    damaged.add(path);
    Path aside = temp.next("damaged");
    leases.takeAway(
        List.of(path), entry -> Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE));
    TreeRemover.remove(aside);
  }
}
