package dev.jbuild.cachemount;

import dev.jbuild.oci.Descriptor;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What is saved in one scope.
///
/// @param scope whose it is: a document found under another scope's name is not believed
/// @param mounts by the key of the mount, which is more than its id
record MountDocument(String scope, Map<String, SavedMount> mounts) {

  /// Registries take manifests of 4 MiB, a chunk's line there is some 200 bytes.
  static final int MAX_CHUNKS = 16_000;

  MountDocument {
    mounts = Collections.unmodifiableMap(new TreeMap<>(mounts));
  }

  static MountDocument empty(String scope) {
    return new MountDocument(scope, Map.of());
  }

  MountDocument with(String key, SavedMount mount) {
    Map<String, SavedMount> all = new TreeMap<>(mounts);
    all.put(key, mount);
    return new MountDocument(scope, all);
  }

  /// Without what was saved before `oldest`.
  MountDocument since(Instant oldest) {
    Map<String, SavedMount> young = new TreeMap<>(mounts);
    young.values().removeIf(m -> m.saved().isBefore(oldest));
    return new MountDocument(scope, young);
  }

  List<Descriptor> blobs() {
    return mounts.values().stream()
        .flatMap(SavedMount::chunks)
        .map(ChunkRef::blob)
        .distinct()
        .toList();
  }
}
