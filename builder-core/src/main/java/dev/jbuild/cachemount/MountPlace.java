package dev.jbuild.cachemount;

import dev.jbuild.cache.remote.CacheStore;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/// Where cache mounts are saved, and which.
///
/// @param scope whose part of the place: a branch
public record MountPlace(CacheStore store, String scope, Rules rules) {

  /// @param ids of the mounts that are carried; empty: all
  /// @param mostBytes saved of one mount
  /// @param maxAge what was saved longer ago is not used, and goes when another mount is saved
  /// @param ignoreError whether a build goes on when it cannot save
  public record Rules(
      Set<String> ids, long mostBytes, Optional<Duration> maxAge, boolean ignoreError) {
    public Rules {
      ids = Set.copyOf(ids);
    }

    boolean carries(MountName name) {
      return ids.isEmpty() || ids.contains(name.id());
    }
  }

  String name() {
    return store.name() + " (scope " + scope + ")";
  }
}
