package dev.jbuild.cache;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.util.Optional;

/// Remembers results of steps. Safe for several threads and several processes.
public interface BuildCache {

  /// The result stored under `key`; empty when there is none, or a damaged one (which is dropped).
  Optional<CacheEntry> find(Digest key) throws IOException;

  /// Stores `entry` under `key`, replacing what is there.
  void put(Digest key, CacheEntry entry) throws IOException;

  /// A cache that never hits and still stores: `--no-cache`.
  static BuildCache writeOnly(BuildCache target) {
    return new BuildCache() {
      @Override
      public Optional<CacheEntry> find(Digest key) {
        return Optional.empty();
      }

      @Override
      public void put(Digest key, CacheEntry entry) throws IOException {
        target.put(key, entry);
      }
    };
  }
}
