package dev.jbuild.cachemount;

import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;

/// A place that cache mounts are saved in: the chunks that are not there, then the document, merged
/// with what others put there meanwhile.
final class MountExport {

  private static final int ATTEMPTS = 12;
  private static final int BUFFER = 1 << 16;

  /// What is as it was is saved anew after so long, so that it does not grow too old.
  private static final Duration RENEWED = Duration.ofDays(1);

  private final MountPlace place;
  private final Optional<Seal> seal;
  private final EventSink events;

  /// @param seal signs what is saved
  MountExport(MountPlace place, Optional<Seal> seal, EventSink events) {
    this.place = place;
    this.seal = seal;
    this.events = events;
  }

  MountPlace place() {
    return place;
  }

  /// Saves a directory as the mount. Throws a `BuildException` when that fails.
  ///
  /// @param trusting whether the chunks that the document names are believed to be there; else each
  ///   is looked for, and sent if it is gone
  void save(MountName name, Path directory, boolean trusting) throws IOException {
    long start = System.nanoTime();
    MountDocument before = document(place.store().read());
    String done;
    try {
      done = save(name, directory, before, trusting ? known(before) : Map.of(), false);
    } catch (Refused e) {
      // Chunks that the document names may be gone: a registry takes no manifest that names them.
      done = saveAlone(name, directory);
    }
    events.accept(
        new BuildEvent.Exported(
            "cache mount",
            name.id() + " to " + place.name() + ": " + done,
            Optional.empty(),
            Duration.ofNanos(System.nanoTime() - start)));
  }

  private String saveAlone(MountName name, Path directory) throws IOException {
    try {
      return save(name, directory, MountDocument.empty(place.scope()), Map.of(), true);
    } catch (Refused e) {
      throw new IllegalStateException("nothing was saved before", e);
    }
  }

  /// @param known chunks that need not be sent
  /// @param alone whether older mounts are given up
  private String save(
      MountName name,
      Path directory,
      MountDocument before,
      Map<Digest, ChunkRef> known,
      boolean alone)
      throws IOException, Refused {
    String subject = "save cache mount " + name.id();
    LongConsumer progress =
        bytes -> events.accept(new BuildEvent.Transferred(subject, bytes, -1, false));
    try (ChunkSender sender = new ChunkSender(place.store(), known, progress)) {
      ChunkSender.Stream index = sender.new Stream();
      ChunkSender.Stream content = sender.new Stream();
      try (OutputStream indexOut = new BufferedOutputStream(new Chunker(index), BUFFER);
          OutputStream contentOut = new Chunker(content)) {
        MountReader.read(directory, place.rules().mostBytes(), indexOut, contentOut);
      }
      SavedMount saved =
          new SavedMount(
              name.id(),
              Instant.ofEpochSecond(Instant.now().getEpochSecond()),
              index.await(),
              content.await(),
              Optional.empty());
      events.accept(
          new BuildEvent.Transferred(subject, sender.sentBytes(), sender.sentBytes(), true));
      Optional<SavedMount> there = Optional.ofNullable(before.mounts().get(name.key()));
      if (there.filter(t -> isCurrent(t, saved)).isPresent()) {
        return "unchanged (" + Megabytes.of(saved.bytes()) + ")";
      }
      publish(
          name.key(),
          seal.map(s -> MountSeal.sign(s, place.scope(), name.key(), saved)).orElse(saved),
          alone);
      long chunks = saved.chunks().distinct().count();
      return sender.sent()
          + " of "
          + chunks
          + " chunks sent, "
          + Megabytes.of(sender.sentBytes())
          + " for "
          + Megabytes.of(saved.bytes());
    }
  }

  private boolean isCurrent(SavedMount there, SavedMount now) {
    return there.sameContent(now)
        && there.signature().isPresent() == seal.isPresent()
        && there.saved().isAfter(now.saved().minus(RENEWED));
  }

  /// The chunks that need not be looked for. With a key, only what was signed with it says which
  /// blob has which bytes.
  private Map<Digest, ChunkRef> known(MountDocument before) {
    Map<Digest, ChunkRef> chunks = new HashMap<>();
    if (!place.store().keepsBlobs()) {
      return chunks;
    }
    before
        .mounts()
        .forEach((key, mount) -> {
          if (seal.isEmpty() || MountSeal.verifies(seal.get(), place.scope(), key, mount)) {
            mount.chunks().forEach(c -> chunks.put(c.plain(), c));
          }
        });
    return chunks;
  }

  /// @param alone whether older mounts are given up
  private void publish(String key, SavedMount mount, boolean alone) throws Refused {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<CacheStore.Current> seen = place.store().read();
      MountDocument there = alone ? MountDocument.empty(place.scope()) : document(seen);
      MountDocument all = young(there).with(key, mount);
      check(all);
      try {
        if (place.store().replace(seen, MountDocumentJson.write(all), all.blobs())) {
          return;
        }
      } catch (Canceled e) {
        throw e;
      } catch (BuildException e) {
        if (alone || there.mounts().isEmpty()) {
          throw e;
        }
        throw new Refused(e);
      }
      pause(attempt);
    }
    throw new Unavailable(
        Problem.error("CacheBusy", place.name() + " is changed by others all the time")
            .help("build again, or give each kind of build a scope of its own"));
  }

  private MountDocument young(MountDocument document) {
    return place
        .rules()
        .maxAge()
        .map(age -> document.since(Instant.now().minus(age)))
        .orElse(document);
  }

  private void check(MountDocument all) {
    long chunks = all.mounts().values().stream().flatMap(SavedMount::chunks).count();
    if (chunks > MountDocument.MAX_CHUNKS) {
      throw new Unavailable(
          Problem.error(
                  "CacheNotWritten",
                  place.name()
                      + " would have "
                      + chunks
                      + " chunks, more than "
                      + MountDocument.MAX_CHUNKS
                      + ", some 16 GB")
              .help("save less: max-size=2GB, ids=..., max-age=30d"));
    }
  }

  /// What is saved in the scope. What is another scope's, or no list of mounts at all, is not ours
  /// to replace.
  private MountDocument document(Optional<CacheStore.Current> current) {
    List<byte[]> documents = current.map(CacheStore.Current::documents).orElse(List.of());
    if (current.isPresent() && documents.isEmpty()) {
      throw new Unavailable(
          Problem.error("CacheNotWritten", place.store().name() + " is something else, and stays")
              .help("give another ref= or tag="));
    }
    if (documents.isEmpty()) {
      return MountDocument.empty(place.scope());
    }
    MountDocument found;
    try {
      found = MountDocumentJson.read(documents.getFirst());
    } catch (BuildException e) {
      events.accept(
          new BuildEvent.Reported(
              Problem.warning("MalformedCache", place.name() + " is replaced: " + e.getMessage())));
      return MountDocument.empty(place.scope());
    }
    if (!found.scope().equals(place.scope())) {
      throw new Unavailable(
          Problem.error(
                  "CacheNotWritten",
                  place.store().name() + " belongs to scope " + found.scope() + ", and stays")
              .help("give another ref= or scope="));
    }
    return found;
  }

  /// The place took no document that names what was saved before.
  private static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(BuildException cause) {
      super(cause);
    }
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep((long) (Math.random() * (50L << Math.min(attempt, 5))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }
}
