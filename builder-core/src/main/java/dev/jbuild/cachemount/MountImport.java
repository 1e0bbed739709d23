package dev.jbuild.cachemount;

import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A place that cache mounts are restored from. What is wrong with it is a warning: a mount is then
/// as if nothing had been saved. Safe for several threads.
final class MountImport {

  private final MountPlace place;
  private final Optional<Seal> seal;
  private final EventSink events;
  private final Set<MountName> failed;
  private @Nullable MountDocument document;

  /// @param seal what is not signed with it is not believed
  /// @param failed gets what is saved and cannot be restored
  MountImport(MountPlace place, Optional<Seal> seal, EventSink events, Set<MountName> failed) {
    this.failed = failed;
    this.place = place;
    this.seal = seal;
    this.events = events;
  }

  /// Fills `into`, an empty directory, with what is saved of the mount, and says what it did; empty
  /// when nothing is saved, `into` is then as it was.
  Optional<String> restore(MountName name, Path into) throws IOException {
    Optional<SavedMount> saved = find(name);
    if (saved.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(fill(name, saved.get(), into));
    } catch (Canceled e) {
      throw e;
    } catch (BuildException | IOException e) {
      failed.add(name);
      warn(
          Problem.warning(
                  "MountNotRestored",
                  "cache mount "
                      + name.id()
                      + " cannot be restored from "
                      + place.name()
                      + ": "
                      + e.getMessage())
              .help("the step begins with an empty one"));
      TreeRemover.remove(into);
      Files.createDirectory(into);
      return Optional.empty();
    }
  }

  private String fill(MountName name, SavedMount saved, Path into) throws IOException {
    AtomicLong fetched = new AtomicLong();
    long all = saved.chunks().mapToLong(c -> c.blob().size()).sum();
    String subject = "restore cache mount " + name.id();
    ChunkInput.Fetch fetch =
        chunk -> {
          byte[] bytes = ChunkBytes.fetch(place.store(), chunk);
          long now = fetched.addAndGet(chunk.blob().size());
          events.accept(new BuildEvent.Transferred(subject, now, all, false));
          return bytes;
        };
    try (ChunkInput index = new ChunkInput(saved.index(), fetch);
        ChunkInput content = new ChunkInput(saved.content(), fetch)) {
      MountWriter.write(index, content, into);
    } finally {
      events.accept(new BuildEvent.Transferred(subject, fetched.get(), all, true));
    }
    return "cache mount "
        + name.id()
        + ": restored "
        + Megabytes.of(saved.bytes())
        + " ("
        + Megabytes.of(fetched.get())
        + " fetched) from "
        + place.name();
  }

  private Optional<SavedMount> find(MountName name) {
    if (!place.rules().carries(name)) {
      return Optional.empty();
    }
    Optional<SavedMount> saved = Optional.ofNullable(document().mounts().get(name.key()));
    if (saved.isPresent() && tooOld(saved.get())) {
      return Optional.empty();
    }
    if (saved.isPresent()
        && seal.isPresent()
        && !MountSeal.verifies(seal.get(), place.scope(), name.key(), saved.get())) {
      warn(
          Problem.warning(
                  "CacheEntryNotTrusted",
                  "cache mount "
                      + name.id()
                      + " in "
                      + place.name()
                      + " is not signed with the key of this build")
              .help("it is ignored"));
      return Optional.empty();
    }
    return saved;
  }

  private boolean tooOld(SavedMount saved) {
    return place
        .rules()
        .maxAge()
        .filter(a -> saved.saved().isBefore(Instant.now().minus(a)))
        .isPresent();
  }

  private synchronized MountDocument document() {
    MountDocument known = document;
    if (known == null) {
      known = read();
      document = known;
    }
    return known;
  }

  private MountDocument read() {
    try {
      for (byte[] bytes :
          place.store().read().map(CacheStore.Current::documents).orElse(java.util.List.of())) {
        MountDocument found = MountDocumentJson.read(bytes);
        if (found.scope().equals(place.scope())) {
          return found;
        }
        warn(
            Problem.warning(
                "MalformedCache",
                place.name() + " is ignored: it was saved for scope " + found.scope()));
      }
    } catch (Canceled e) {
      throw e;
    } catch (BuildException e) {
      Problem why = e.problems().getFirst();
      warn(
          Problem.warning(
              why.code(), "nothing is restored from " + place.name() + ": " + why.message()));
    }
    return MountDocument.empty(place.scope());
  }

  private void warn(Problem problem) {
    events.accept(new BuildEvent.Reported(problem));
  }
}
