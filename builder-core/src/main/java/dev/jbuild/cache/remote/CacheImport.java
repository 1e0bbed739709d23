package dev.jbuild.cache.remote;

import dev.jbuild.cache.CacheEntry;
import dev.jbuild.cache.StepKey;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A cache that results are taken from. Its document is read at the first question; no layer is. A
/// cache that cannot be read is told of once and is empty. Safe for several threads.
public final class CacheImport {

  private final CacheStore store;
  private final Optional<Seal> seal;
  private final RemoteLayers layers;
  private final EventSink events;
  private @Nullable CacheDocument document;
  private boolean refused;

  /// @param seal what entries must be signed with; absent: everything is believed
  /// @param layers told of what this cache has
  public CacheImport(CacheStore store, Optional<Seal> seal, RemoteLayers layers, EventSink events) {
    this.store = store;
    this.seal = seal;
    this.layers = layers;
    this.events = events;
  }

  /// The result stored under `key`; its layers can then be fetched.
  public Optional<CacheEntry> find(Digest key) {
    StoredEntry entry = document().entries().get(key);
    if (entry == null) {
      return Optional.empty();
    }
    if (seal.isPresent() && !seal.get().verifies(key, entry)) {
      refuse(key, entry);
      return Optional.empty();
    }
    entry.layers().forEach(layer -> layers.offer(layer, store));
    return Optional.of(
        new CacheEntry(
            entry.diffIds(),
            entry.epoch(),
            new StepKey(key, List.of(), List.of()),
            Set.of(seal.map(Seal::name).orElse(CacheEntry.UNSIGNED))));
  }

  private synchronized void refuse(Digest key, StoredEntry entry) {
    if (!refused) {
      refused = true;
      String how = entry.signature().isEmpty() ? "is not signed" : "is not signed with your key";
      events.accept(
          new BuildEvent.Reported(
              Problem.warning(
                      "CacheEntryNotTrusted",
                      "the cache "
                          + store.name()
                          + ": the entry "
                          + key.shortHex()
                          + " "
                          + how
                          + ", and is ignored like all such entries")
                  .help(
                      "fill the cache with --cache-sign-key and the key that this build checks")));
    }
  }

  private synchronized CacheDocument document() {
    CacheDocument known = document;
    if (known == null) {
      known = read();
      document = known;
    }
    return known;
  }

  private CacheDocument read() {
    try {
      Optional<CacheStore.Current> current = store.read();
      if (current.isEmpty()) {
        warn("CacheNotFound", "there is no cache yet at " + store.name(), Optional.empty());
      }
      CacheDocument all = CacheDocument.EMPTY;
      for (byte[] bytes : current.map(CacheStore.Current::documents).orElse(List.of())) {
        all = all.merged(DocumentJson.read(bytes));
      }
      return all;
    } catch (Canceled e) {
      throw e;
    } catch (BuildException e) {
      Problem why = e.problems().getFirst();
      warn(why.code(), "the cache " + store.name() + " is not used: " + why.message(), why.help());
      return CacheDocument.EMPTY;
    }
  }

  private void warn(String code, String message, Optional<String> help) {
    Problem problem = Problem.warning(code, message);
    events.accept(new BuildEvent.Reported(help.map(problem::help).orElse(problem)));
  }
}
