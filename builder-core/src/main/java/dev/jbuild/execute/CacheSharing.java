package dev.jbuild.execute;

import dev.jbuild.cache.remote.CacheExport;
import dev.jbuild.cache.remote.CacheImport;
import dev.jbuild.cache.remote.RemoteLayers;
import java.util.List;

/// The caches of one build besides that of the state directory.
///
/// @param imports asked in this order, after the state directory
/// @param exports filled with what the build makes and finds
/// @param layers what the imports can give
public record CacheSharing(
    List<CacheImport> imports, List<CacheExport> exports, RemoteLayers layers) {

  public CacheSharing {
    imports = List.copyOf(imports);
    exports = List.copyOf(exports);
  }

  public static CacheSharing none() {
    return new CacheSharing(List.of(), List.of(), new RemoteLayers());
  }
}
