package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.SharedCaches;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.OciJson;
import dev.jbuild.registry.RealRegistry;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Caches in a registry, as images of their own or in the image that was built. Needs a registry.
class RegistryCachesIT extends SharedCacheMachines {

  @Test
  void aMachineWithNothingPushesWhatTheRegistryHas() throws Exception {
    try (RealRegistry server = RealRegistry.start(directory)) {
      CacheRef cache = new CacheRef("registry", Map.of("ref", server.host() + "/app:cache"));
      BuildResult first = elsewhere(to(max(cache)), push(server.host() + "/app:1"));
      assertEquals(4, run());
      BuildResult second = elsewhere(from(cache), push(server.host() + "/app:2"));
      assertEquals(0, run());
      assertEquals(first.digest(), second.digest());
      assertEquals(0, layers(machines), "nothing is fetched or unpacked");

      BuildResult other = elsewhere(from(cache), push(server.host() + "/other:1"));
      assertEquals(first.digest(), other.digest());
      assertEquals(baseLayers(), stored(machines), "the base is sent from here, all else mounted");

      build.file("a", "b\n");
      BuildResult changed = elsewhere(from(cache), push(server.host() + "/app:3"));
      assertEquals(3, run(), "two COPY and RUN; the builder is known by its definition");
      assertEquals(changed.digest(), elsewhere(SharedCaches.NONE, cacheOnly()).digest());
    }
  }

  @Test
  void anImageCarriesItsOwnCache() throws Exception {
    try (RealRegistry server = RealRegistry.start(directory)) {
      String name = server.host() + "/app:1";
      BuildResult first = elsewhere(to(new CacheRef("inline", Map.of())), push(name));
      CacheRef image = new CacheRef("registry", Map.of("ref", name));
      elsewhere(from(image), push(server.host() + "/app:2"));
      assertEquals(0, run());
      assertEquals(0, layers(machines));
      build.arguments = Map.of("BUILDKIT_INLINE_CACHE", "1");
      assertEquals(first.digest(), elsewhere(SharedCaches.NONE, push(name)).digest());
      assertEquals(ImageReference.parse(name).familiar(), first.names().getFirst().familiar());
    }
  }

  @Test
  void limitedTimesAreKnownToo() throws Exception {
    try (RealRegistry server = RealRegistry.start(directory)) {
      build.arguments = Map.of("SOURCE_DATE_EPOCH", "1000000000");
      CacheRef cache = new CacheRef("registry", Map.of("ref", server.host() + "/app:cache"));
      BuildResult first = elsewhere(to(max(cache)), push(server.host() + "/app:1"));
      BuildResult second = elsewhere(from(cache), push(server.host() + "/app:2"));
      assertEquals(0, run());
      assertEquals(first.digest(), second.digest());
      assertEquals(Set.of(), stored(machines), "nothing is fetched to limit its times");
      build.arguments = Map.of("SOURCE_DATE_EPOCH", "1000000001");
      BuildResult later = elsewhere(from(cache), push(server.host() + "/app:3"));
      assertEquals(0, run(), "another epoch runs nothing");
      assertEquals(later.digest(), elsewhere(SharedCaches.NONE, cacheOnly()).digest());
    }
  }

  /// How many layers are on a machine, unpacked or not.
  private long layers(int number) throws IOException {
    try (Stream<Path> blobs = Files.list(machine(number).resolve("v1/blobs/sha256"));
        Stream<Path> trees = Files.list(machine(number).resolve("v1/trees"))) {
      return blobs.count() + trees.count();
    }
  }

  /// The base is in a directory, not in the registry: its layers are sent to a new repository, and
  /// are not copied into the state for that.
  private Set<String> baseLayers() throws IOException {
    Set<String> layers = new java.util.TreeSet<>();
    try (Stream<Path> blobs = Files.list(directory.resolve("base/blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        if (new String(bytes, StandardCharsets.ISO_8859_1).startsWith("{\"schemaVersion\"")) {
          OciJson.readManifest(bytes).layers().forEach(l -> layers.add(l.digest().hex()));
        }
      }
    }
    assertFalse(layers.isEmpty());
    return layers;
  }

  /// The layers on a machine, unpacked or not, by name.
  private Set<String> stored(int number) throws IOException {
    Set<String> names = new java.util.TreeSet<>();
    for (String kind : List.of("blobs/sha256", "trees")) {
      try (Stream<Path> files = Files.list(machine(number).resolve("v1").resolve(kind))) {
        files.forEach(f -> names.add(f.getFileName().toString()));
      }
    }
    return names;
  }
}
