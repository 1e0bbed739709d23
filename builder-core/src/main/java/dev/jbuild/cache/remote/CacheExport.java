package dev.jbuild.cache.remote;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Severity;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// A cache that is filled: layers are sent while the build goes on, the document at its end, merged
/// with what others put there meanwhile. Safe for several threads.
public final class CacheExport implements AutoCloseable {

  /// How many layers are sent at the same time, where nobody says otherwise.
  public static final int AT_ONCE = 2;

  private static final int ATTEMPTS = 12;

  private final CacheStore store;
  private final Options options;
  private final EventSink events;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore room;
  private final Future<CacheDocument> before;
  private final Map<Digest, Future<Descriptor>> sent = new HashMap<>();
  private final Map<Digest, Pending> pending = new LinkedHashMap<>();

  /// @param max whether steps are kept that the image does not consist of
  /// @param ignoreError whether a build goes on when this cache cannot be filled
  /// @param atOnce how many layers are sent at the same time
  /// @param seal signs the entries
  public record Options(boolean max, boolean ignoreError, int atOnce, Optional<Seal> seal) {}

  /// A layer to be kept; made into a blob, or fetched, when it is asked for.
  public interface Outgoing {
    Digest diffId();

    /// Whether it is a base image's, and had from there.
    boolean ofBase();

    Descriptor descriptor() throws IOException;

    InputStream open() throws IOException;

    /// An image whose repository has it.
    Optional<ImageReference> origin();
  }

  private record Pending(List<Outgoing> layers, Instant epoch) {}

  /// Begins to read what is in the cache.
  public CacheExport(CacheStore store, Options options, EventSink events) {
    this.store = store;
    this.options = options;
    this.room = new Semaphore(options.atOnce());
    this.events = events;
    this.before = threads.submit(this::current);
  }

  public Options options() {
    return options;
  }

  private CacheDocument current() {
    return store.read().map(this::readable).orElse(CacheDocument.EMPTY);
  }

  /// A document that nobody can read is replaced.
  private CacheDocument readable(CacheStore.Current current) {
    CacheDocument all = CacheDocument.EMPTY;
    for (byte[] document : current.documents()) {
      try {
        all = all.merged(DocumentJson.read(document));
      } catch (BuildException e) {
        events.accept(
            new BuildEvent.Reported(
                Problem.warning(
                    "MalformedCache",
                    "the cache " + store.name() + " is replaced: " + e.getMessage())));
      }
    }
    return all;
  }

  /// Keeps the result of a step. Its layers are sent from now on.
  ///
  /// @param layers the whole stack, lowest first
  public synchronized void add(Digest key, List<? extends Outgoing> layers, Instant epoch) {
    if (pending.putIfAbsent(key, new Pending(List.copyOf(layers), epoch)) == null) {
      for (Outgoing layer : layers) {
        if (!layer.ofBase()) {
          sent.computeIfAbsent(layer.diffId(), d -> threads.submit(() -> send(layer)));
        }
      }
    }
  }

  private Descriptor send(Outgoing layer) throws Exception {
    Set<Descriptor> there = store.keepsBlobs() ? new HashSet<>(before.get().blobs()) : Set.of();
    room.acquire();
    try {
      Descriptor blob = layer.descriptor();
      if (!there.contains(blob)) {
        store.send(blob, layer.origin(), layer::open);
      }
      return blob;
    } finally {
      room.release();
    }
  }

  /// The build begins again: what was sent stays sent, what could not be is tried again.
  public synchronized void restart() {
    pending.clear();
    sent.values().removeIf(f -> f.isDone() && f.state() != Future.State.SUCCESS);
  }

  /// Waits for the layers and writes the document.
  ///
  /// Throws a `BuildException` when that fails, unless failures are ignored: they are told then.
  public void publish() {
    try {
      publish(document());
    } catch (Canceled | LayerLost e) {
      throw e;
    } catch (BuildException e) {
      if (!options.ignoreError()) {
        throw e;
      }
      Problem why = e.problems().getFirst();
      events.accept(
          new BuildEvent.Reported(
              new Problem(
                  why.code(),
                  Severity.WARNING,
                  "the cache " + store.name() + " is not filled: " + why.message(),
                  Optional.empty(),
                  why.help())));
    }
  }

  private CacheDocument document() {
    Map<Digest, Pending> entries;
    Map<Digest, Future<Descriptor>> blobs;
    synchronized (this) {
      entries = Map.copyOf(pending);
      blobs = Map.copyOf(sent);
    }
    long today = TimeUnit.MILLISECONDS.toDays(System.currentTimeMillis());
    Map<Digest, StoredEntry> made = new HashMap<>();
    for (var entry : entries.entrySet()) {
      List<StoredLayer> stack = new ArrayList<>();
      for (Outgoing layer : entry.getValue().layers()) {
        Future<Descriptor> blob = blobs.get(layer.diffId());
        stack.add(
            new StoredLayer(
                layer.diffId(),
                layer.ofBase() || blob == null ? Optional.empty() : Optional.of(await(blob))));
      }
      StoredEntry plain = new StoredEntry(stack, entry.getValue().epoch(), today, Optional.empty());
      made.put(
          entry.getKey(),
          options.seal().map(s -> plain.signed(s.sign(entry.getKey(), plain))).orElse(plain));
    }
    return new CacheDocument(made);
  }

  private <T> T await(Future<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      while (cause instanceof ExecutionException && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof RuntimeException failure && !(cause instanceof UncheckedIOException)) {
        throw failure;
      }
      throw new Unavailable(
          Problem.error(
              "CacheNotWritten", "the cache " + store.name() + " cannot be filled: " + cause),
          e);
    }
  }

  private void publish(CacheDocument ours) {
    boolean alone = false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      Optional<CacheStore.Current> seen = store.read();
      CacheDocument there = seen.map(this::readable).orElse(CacheDocument.EMPTY);
      if (there.covers(ours)) {
        return;
      }
      CacheDocument all = alone ? ours : there.merged(ours);
      try {
        if (store.replace(seen, DocumentJson.write(all), all.blobs())) {
          return;
        }
        pause(attempt);
      } catch (Canceled e) {
        throw e;
      } catch (BuildException e) {
        // Blobs of older entries may be gone: the registry then takes no manifest that names them.
        if (alone || there.entries().isEmpty()) {
          throw e;
        }
        alone = true;
      }
    }
    throw new Unavailable(
        Problem.error(
                "CacheBusy", "the cache " + store.name() + " is changed by others all the time")
            .help("build again, or give each kind of build a cache of its own"));
  }

  private static void pause(int attempt) {
    try {
      Thread.sleep((long) (Math.random() * (50L << Math.min(attempt, 5))));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }

  /// Stops what is still being sent.
  @Override
  public void close() {
    threads.shutdownNow();
    threads.close();
  }
}
