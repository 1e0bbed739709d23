package dev.jbuild.execute;

import dev.jbuild.cache.remote.CacheExport;
import dev.jbuild.cache.remote.CacheImport;
import dev.jbuild.cache.remote.RemoteLayers;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.cachemount.MountCarrier;
import java.util.List;
import java.util.Optional;

/// The caches of one build besides that of the state directory.
///
/// @param imports asked in this order, after the state directory
/// @param exports filled with what the build makes and finds
/// @param layers what the imports can give
/// @param inline whether images carry a cache of their own steps
/// @param seal signs that cache
/// @param required the name of the key that results from outside must be signed with
/// @param mounts carries the contents of cache mounts
public record CacheSharing(
    List<CacheImport> imports,
    List<CacheExport> exports,
    RemoteLayers layers,
    boolean inline,
    Optional<Seal> seal,
    Optional<String> required,
    MountCarrier mounts) {

  public CacheSharing {
    imports = List.copyOf(imports);
    exports = List.copyOf(exports);
  }

  public static CacheSharing none() {
    return new CacheSharing(
        List.of(),
        List.of(),
        new RemoteLayers(),
        false,
        Optional.empty(),
        Optional.empty(),
        MountCarrier.none());
  }
}
