package dev.jbuild.cache.remote;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// All that a cache knows: results of steps by key. Immutable.
public record CacheDocument(Map<Digest, StoredEntry> entries) {

  /// With more, those used longest ago are dropped.
  static final int MAX_ENTRIES = 4000;

  /// As many blobs as every registry takes in one manifest.
  static final int MAX_BLOBS = 2000;

  static final CacheDocument EMPTY = new CacheDocument(Map.of());

  public CacheDocument {
    entries = Collections.unmodifiableMap(new TreeMap<>(entries));
  }

  /// The same with every entry signed.
  public CacheDocument signed(Seal seal) {
    Map<Digest, StoredEntry> signed = new LinkedHashMap<>();
    entries.forEach((key, entry) -> signed.put(key, entry.signed(seal.sign(key, entry))));
    return new CacheDocument(signed);
  }

  /// What the entries need, each once.
  public List<Descriptor> blobs() {
    Set<Descriptor> blobs = new LinkedHashSet<>();
    for (StoredEntry entry : entries.values()) {
      entry.layers().forEach(layer -> layer.blob().ifPresent(blobs::add));
    }
    return List.copyOf(blobs);
  }

  /// These entries and those of `newer`, which win.
  CacheDocument merged(CacheDocument newer) {
    Map<Digest, StoredEntry> all = new LinkedHashMap<>(entries);
    all.putAll(newer.entries);
    return new CacheDocument(all).bounded();
  }

  /// Whether every entry of `other` is here with the same result, used no earlier, and signed if it
  /// is there.
  boolean covers(CacheDocument other) {
    return other.entries.entrySet().stream()
        .allMatch(e -> {
          StoredEntry own = entries.get(e.getKey());
          return own != null
              && own.sameResult(e.getValue())
              && own.usedDay() >= e.getValue().usedDay()
              && (e.getValue().signature().isEmpty()
                  || own.signature().equals(e.getValue().signature()));
        });
  }

  private CacheDocument bounded() {
    List<Map.Entry<Digest, StoredEntry>> newestFirst =
        entries.entrySet().stream()
            .sorted(Comparator.comparingLong(e -> -e.getValue().usedDay()))
            .toList();
    Map<Digest, StoredEntry> kept = new LinkedHashMap<>();
    Set<Descriptor> blobs = new LinkedHashSet<>();
    for (var entry : newestFirst) {
      entry.getValue().layers().forEach(layer -> layer.blob().ifPresent(blobs::add));
      if (kept.size() == MAX_ENTRIES || blobs.size() > MAX_BLOBS) {
        break;
      }
      kept.put(entry.getKey(), entry.getValue());
    }
    return new CacheDocument(kept);
  }
}
