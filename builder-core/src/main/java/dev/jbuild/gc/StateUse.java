package dev.jbuild.gc;

import dev.jbuild.content.DamageLog;
import dev.jbuild.content.ImageStore;
import dev.jbuild.content.StateDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the state takes on disk, as `du` counts it.
///
/// @param kinds bytes by directory of the state; `other` is the rest
/// @param images for each named image
public record StateUse(Map<String, Long> kinds, List<ImageUse> images) {

  private static final List<String> KINDS =
      List.of(
          "blobs",
          "trees",
          "manifests",
          "keys",
          "layers",
          "mounts",
          "downloads",
          "git",
          "images",
          "builds",
          "failed",
          "files",
          "bases",
          "digests",
          "tmp");

  /// @param bytes of all its blobs
  /// @param own of the blobs that no other image has
  public record ImageUse(String name, long bytes, long own) {}

  public StateUse {
    kinds = Collections.unmodifiableMap(new LinkedHashMap<>(kinds));
    images = List.copyOf(images);
  }

  /// All bytes.
  public long total() {
    return kinds.values().stream().mapToLong(Long::longValue).sum();
  }

  /// Measures by looking at each file.
  public static StateUse measure(StateDirectory state) throws IOException {
    DiskSpace space = new DiskSpace();
    Map<String, Long> kinds = new LinkedHashMap<>();
    for (String kind : KINDS) {
      kinds.put(kind, space.of(state.root().resolve(kind)));
    }
    long other = 0;
    try (Stream<Path> rest = Files.list(state.root())) {
      for (Path each : rest.filter(p -> !KINDS.contains(p.getFileName().toString())).toList()) {
        other += space.of(each);
      }
    }
    // The directories themselves: the state's, and the one that holds all versions.
    other += DiskSpace.alone(state.root());
    other += DiskSpace.alone(state.root().resolveSibling("."));
    kinds.put("other", other);
    return new StateUse(kinds, images(state));
  }

  private static List<ImageUse> images(StateDirectory state) throws IOException {
    ImageBlobs images = ImageBlobs.read(state, new ImageStore(state.images(), new DamageLog()));
    Map<String, Integer> holders = new HashMap<>();
    images
        .byImage()
        .values()
        .forEach(blobs -> blobs.forEach(b -> holders.merge(b, 1, Integer::sum)));
    Map<String, Long> sizes = new HashMap<>();
    for (String blob : holders.keySet()) {
      sizes.put(blob, new DiskSpace().of(state.blobs().resolve("sha256").resolve(blob)));
    }
    return images.byImage().entrySet().stream()
        .map(image ->
            new ImageUse(
                image.getKey(),
                image.getValue().stream().mapToLong(b -> sizes.getOrDefault(b, 0L)).sum(),
                image.getValue().stream()
                    .filter(b -> holders.getOrDefault(b, 0) == 1)
                    .mapToLong(b -> sizes.getOrDefault(b, 0L))
                    .sum()))
        .toList();
  }
}
