package dev.jbuild.cachemount;

import dev.jbuild.cache.KeyWriter;
import dev.jbuild.cache.remote.Seal;
import java.util.List;

/// What a signature of a saved mount binds: whose it is, which mount, when, and every chunk with
/// its blob, in order.
final class MountSeal {

  private MountSeal() {}

  static SavedMount sign(Seal seal, String scope, String key, SavedMount mount) {
    return mount.signed(seal.sign(message(scope, key, mount)));
  }

  static boolean verifies(Seal seal, String scope, String key, SavedMount mount) {
    return seal.verifies(message(scope, key, mount), mount.signature().orElse(""));
  }

  private static KeyWriter message(String scope, String key, SavedMount mount) {
    return new KeyWriter("saved-cache-mount")
        .add("scope", scope)
        .add("key", key)
        .add("id", mount.id())
        .add("saved", Long.toString(mount.saved().getEpochSecond()))
        .addAll("index", texts(mount.index()))
        .addAll("content", texts(mount.content()));
  }

  private static List<String> texts(List<ChunkRef> chunks) {
    return chunks.stream()
        .map(c -> c.plain() + " " + c.size() + " " + c.blob().digest() + " " + c.blob().size())
        .toList();
  }
}
