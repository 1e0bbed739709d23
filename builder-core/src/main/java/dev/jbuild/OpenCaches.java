package dev.jbuild;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.cache.remote.CacheExport;
import dev.jbuild.cache.remote.CacheImport;
import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.cache.remote.LayerLost;
import dev.jbuild.cache.remote.RemoteLayers;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.cache.remote.SealFile;
import dev.jbuild.cachemount.MountCarrier;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.execute.CacheSharing;
import dev.jbuild.export.AssembledImage;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.registry.Registries;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The caches outside the state directory that one build uses.
final class OpenCaches implements AutoCloseable {

  private final CacheStores stores;
  private final EventSink events;
  private final List<CacheExport> exports = new ArrayList<>();
  private final MountPlaces mountPlaces;
  private final CacheSharing sharing;

  /// Reads the keys; contacts nobody that is only asked when a step is not known here.
  OpenCaches(BuildTask task, Registries registries, EventSink events) {
    BuildRequest.SharedCaches request = task.caches();
    this.stores = new CacheStores(registries, events);
    this.events = events;
    Optional<Seal> signing = request.signKey().map(OpenCaches::signing);
    Optional<Seal> checking = request.verifyKey().map(SealFile::read).or(() -> signing);
    RemoteLayers layers = new RemoteLayers();
    List<CacheImport> imports = new ArrayList<>();
    for (CacheRef ref : request.from()) {
      imports.add(new CacheImport(stores.from(ref), checking, layers, events));
    }
    for (CacheRef ref : request.to()) {
      for (CacheStore store : stores.to(ref)) {
        exports.add(new CacheExport(store, stores.options(ref, signing), events));
      }
    }
    boolean inline =
        request.to().stream().anyMatch(ref -> ref.type().equals("inline"))
            || Set.of("1", "true")
                .contains(task.buildArgs().getOrDefault("BUILDKIT_INLINE_CACHE", ""));
    this.mountPlaces = new MountPlaces(stores, task.registry(), events);
    MountCarrier mounts = mountPlaces.carrier(request.mounts(), checking, signing);
    this.sharing =
        new CacheSharing(
            imports, exports, layers, inline, signing, checking.map(Seal::name), mounts);
  }

  private static Seal signing(Path file) {
    Seal seal = SealFile.read(file);
    if (!seal.canSign()) {
      throw new InvalidInput(
          Problem.error("InvalidCacheKey", "the cache key " + file + " cannot sign: it is public")
              .help("give the private key; the public one is for --cache-verify-key"));
    }
    return seal;
  }

  CacheSharing sharing() {
    return sharing;
  }

  /// A build and what becomes of it.
  @FunctionalInterface
  interface Work {
    AssembledImage run() throws IOException;
  }

  /// Does `work`, and again when a layer that a cache promised could not be had: the step that
  /// makes it is then run. Each time a cache is believed one layer less, so that this ends.
  AssembledImage withoutLostLayers(Work work) throws IOException {
    while (true) {
      try {
        return work.run();
      } catch (LayerLost e) {
        exports.forEach(CacheExport::restart);
        events.accept(
            new BuildEvent.Reported(
                Problem.warning("CacheLayerLost", String.valueOf(e.getMessage()))
                    .help("the steps that made it are run again")));
      }
    }
  }

  /// Writes what the build kept.
  void publish() {
    exports.forEach(CacheExport::publish);
    sharing.mounts().save();
  }

  @Override
  public void close() throws IOException {
    exports.forEach(CacheExport::close);
    stores.close();
    mountPlaces.close();
  }
}
