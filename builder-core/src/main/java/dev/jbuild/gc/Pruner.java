package dev.jbuild.gc;

import dev.jbuild.content.Leases;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.gc.Entry.Kind;
import dev.jbuild.gc.Entry.Need;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Removes entries of the state while builds run: what a living build uses stays. Step results go
/// before what they lead to, so that no build begins with a result whose layers go.
public final class Pruner {

  private static final int AT_ONCE = 64;

  private final StateDirectory state;
  private final TempSpace temp;
  private final Leases leases;

  public Pruner(StateDirectory state, TempSpace temp, Leases leases) {
    this.state = state;
    this.temp = temp;
    this.leases = leases;
  }

  /// What the entries of the state take together, in bytes on disk; trees as their manifests say.
  public static long estimate(StateDirectory state) throws IOException {
    return Inventory.read(state).stream().mapToLong(Entry::bytes).sum();
  }

  /// Removes, or only finds, what the request says. Returns the entries that went or would go.
  public List<Entry> prune(PruneRequest request) throws IOException {
    List<Entry> all = Inventory.read(state);
    List<Entry> chosen = choose(request, all);
    List<Entry> gone = request.dryRun() ? unused(chosen) : remove(chosen);
    if (request.all() && wants(request, Kind.IMAGES)) {
      gone = new ArrayList<>(gone);
      gone.addAll(names(request.dryRun()));
    }
    return List.copyOf(gone);
  }

  /// Removes those of `paths` that nobody needs any more.
  public void removeUnneeded(Set<String> paths) throws IOException {
    List<Entry> unneeded =
        Inventory.read(state).stream()
            .filter(e -> paths.contains(e.path()) && e.need() == Need.NONE)
            .toList();
    List<Entry> ignored = remove(unneeded);
  }

  private static boolean wants(PruneRequest request, Kind kind) {
    return request.kinds().isEmpty() || request.kinds().contains(kind);
  }

  private List<Entry> choose(PruneRequest request, List<Entry> all) {
    List<Entry> candidates =
        all.stream()
            .filter(e -> wants(request, e.kind()))
            .filter(e -> e.need() != Need.IMAGE || (request.all() && wants(request, Kind.IMAGES)))
            .sorted(Comparator.comparing(Entry::used))
            .toList();
    Set<Entry> chosen = new LinkedHashSet<>();
    Instant now = Instant.now();
    boolean plain = request.keepBytes().isEmpty() && request.maxAge().isEmpty();
    for (Entry entry : candidates) {
      boolean old =
          request.maxAge().isPresent() && entry.used().isBefore(now.minus(request.maxAge().get()));
      if (request.all() ? plain || old : old || (plain && entry.need() == Need.NONE)) {
        chosen.add(entry);
      }
    }
    if (request.keepBytes().isPresent()) {
      long left = all.stream().mapToLong(Entry::bytes).sum();
      left -= chosen.stream().mapToLong(Entry::bytes).sum();
      for (Entry entry : candidates) {
        if (left <= request.keepBytes().getAsLong()) {
          break;
        }
        left -= chosen.add(entry) ? entry.bytes() : 0;
      }
    }
    return chosen.stream().sorted(Comparator.comparing(Entry::kind)).toList();
  }

  private List<Entry> unused(List<Entry> entries) throws IOException {
    Set<String> used = leases.used();
    return entries.stream().filter(e -> !used.contains(e.path())).toList();
  }

  private List<Entry> remove(List<Entry> entries) throws IOException {
    List<Entry> gone = new ArrayList<>();
    for (int from = 0; from < entries.size(); from += AT_ONCE) {
      List<Entry> part = entries.subList(from, Math.min(entries.size(), from + AT_ONCE));
      Path aside = temp.directory("pruned");
      Set<String> taken = new LinkedHashSet<>();
      leases.takeAway(
          part.stream().map(Entry::path).toList(),
          path -> {
            if (takeAway(path, aside)) {
              taken.add(path);
            }
          });
      part.stream().filter(e -> taken.contains(e.path())).forEach(gone::add);
      TreeRemover.remove(aside);
    }
    return gone;
  }

  private boolean takeAway(String path, Path aside) throws IOException {
    Path file = place(path);
    try {
      Files.move(file, aside.resolve(path.replace('/', '-')), StandardCopyOption.ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      return false;
    }
    if (path.startsWith("trees/")) {
      Files.deleteIfExists(state.manifests().resolve(file.getFileName()));
    } else if (path.startsWith("mounts/")) {
      Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".lock"));
    }
    return true;
  }

  private Path place(String path) {
    int slash = path.indexOf('/');
    Path directory = state.root().resolve(path.substring(0, slash));
    return (path.startsWith("blobs/") ? directory.resolve("sha256") : directory)
        .resolve(path.substring(slash + 1));
  }

  private List<Entry> names(boolean dryRun) throws IOException {
    Path names = state.images().resolve("names");
    if (!Files.exists(names)) {
      return List.of();
    }
    Entry entry =
        new Entry(
            Kind.IMAGES, "images/names", new DiskSpace().of(names), Instant.now(), Need.IMAGE);
    if (!dryRun) {
      Files.deleteIfExists(names);
    }
    return List.of(entry);
  }
}
