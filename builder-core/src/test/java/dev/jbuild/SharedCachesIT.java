package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.SharedCaches;
import dev.jbuild.cache.github.FakeGithub;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.OciJson;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.registry.RealRegistry;
import dev.jbuild.s3.RealS3;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Caches outside the state directory: filled by one machine, used by another, which begins with
/// nothing; and caches of people who mean harm.
class SharedCachesIT {

  @TempDir private Path directory;
  private TestBuild build;
  private ConcurrentLinkedQueue<BuildEvent> events = new ConcurrentLinkedQueue<>();
  private int machines;

  @BeforeEach
  void write() throws IOException {
    build =
        new TestBuild(directory)
            .file("a", "a\n")
            .dockerfile(
                "FROM base AS builder",
                "RUN seq 20000 > /big; echo made > /out",
                "FROM base",
                "COPY a /a",
                "COPY --from=builder /out /out",
                "RUN cat /a /out > /both");
  }

  private CacheRef local(String place) {
    return new CacheRef("local", Map.of(place, directory.resolve("cache").toString()));
  }

  private static SharedCaches from(CacheRef ref) {
    return new SharedCaches(List.of(ref), List.of(), Optional.empty(), Optional.empty());
  }

  private static SharedCaches to(CacheRef ref) {
    return new SharedCaches(List.of(), List.of(ref), Optional.empty(), Optional.empty());
  }

  private static CacheRef max(CacheRef ref) {
    Map<String, String> attributes = new java.util.HashMap<>(ref.attributes());
    attributes.put("mode", "max");
    return new CacheRef(ref.type(), attributes);
  }

  private static SharedCaches keys(SharedCaches caches, Path sign, Path verify) {
    return new SharedCaches(
        caches.from(), caches.to(), Optional.ofNullable(sign), Optional.ofNullable(verify));
  }

  /// Builds on a machine that never built anything.
  private BuildResult elsewhere(SharedCaches caches, Output... outputs) throws IOException {
    events = new ConcurrentLinkedQueue<>();
    build.cache = new BuildRequest.CacheOptions(false, Set.of(), caches, false, false, false);
    try (Workspace workspace = Workspace.open(machine(++machines))) {
      return new ImageBuilder(workspace)
          .build(
              build.request().with(List.of(outputs)), events::add, OutputStream.nullOutputStream());
    }
  }

  private Path machine(int number) {
    return directory.resolve("machine" + number);
  }

  private long run() {
    return events.stream()
        .filter(
            e -> e instanceof BuildEvent.StepFinished s && s.outcome() == BuildEvent.Outcome.DONE)
        .count();
  }

  private List<String> warnings() {
    return events.stream()
        .flatMap(
            e -> e instanceof BuildEvent.Reported r ? Stream.of(r.problem().code()) : Stream.of())
        .toList();
  }

  private static Output push(String name) {
    return new Output(Output.Kind.REGISTRY, Optional.empty(), Map.of("name", name));
  }

  /// How many layers are on a machine, unpacked or not.
  private long layers(int number) throws IOException {
    try (Stream<Path> blobs = Files.list(machine(number).resolve("v1/blobs/sha256"));
        Stream<Path> trees = Files.list(machine(number).resolve("v1/trees"))) {
      return blobs.count() + trees.count();
    }
  }

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

  private static Output cacheOnly() {
    return new Output(Output.Kind.CACHE_ONLY, Optional.empty(), Map.of());
  }

  @Test
  void aDirectory() throws IOException {
    BuildResult first = elsewhere(to(max(local("dest"))), cacheOnly());
    BuildResult second = elsewhere(from(local("src")), cacheOnly());
    assertEquals(0, run());
    assertEquals(first.digest(), second.digest());
    assertTrue(Files.exists(directory.resolve("cache/oci-layout")));
  }

  @Test
  void minLeavesOutWhatTheImageDoesNotConsistOf() throws IOException {
    BuildResult first = elsewhere(to(local("dest")), cacheOnly());
    build.file("a", "b\n");
    elsewhere(from(local("src")), cacheOnly());
    assertEquals(4, run(), "the builder stage must be run again");
    build.file("a", "a\n");
    assertEquals(first.digest(), elsewhere(from(local("src")), cacheOnly()).digest());
    assertEquals(0, run());
  }

  @Test
  void aCacheThatIsNotThereIsToldAndDoesNoHarm() throws IOException {
    elsewhere(from(local("src")), cacheOnly());
    assertEquals(4, run());
    assertEquals(List.of("CacheNotFound"), warnings());
  }

  @Test
  void aCacheThatCannotBeFilledFailsTheBuildUnlessThatIsIgnored() throws IOException {
    Files.writeString(directory.resolve("file"), "");
    Map<String, String> place = Map.of("dest", directory.resolve("file/cache").toString());
    assertThrows(Unavailable.class, () -> elsewhere(to(new CacheRef("local", place)), cacheOnly()));
    Map<String, String> ignoring = new java.util.HashMap<>(place);
    ignoring.put("ignore-error", "true");
    elsewhere(to(new CacheRef("local", ignoring)), cacheOnly());
    assertEquals(List.of("CacheNotWritten"), warnings());
  }

  /// Changes the document of the directory cache, and the manifest that names it.
  private void forge(java.util.function.UnaryOperator<String> change) throws IOException {
    Path index = directory.resolve("cache/index.json");
    String root = Files.readString(index);
    String manifestHex = root.replaceAll("(?s).*\"digest\":\"sha256:([0-9a-f]{64})\".*", "$1");
    String manifest = Files.readString(blob(manifestHex));
    String configHex =
        manifest.replaceAll("(?s).*\"config\":\\{[^}]*sha256:([0-9a-f]{64}).*", "$1");
    String document = Files.readString(blob(configHex));
    String forged = change.apply(document);
    assertFalse(forged.equals(document), "nothing was forged");
    String newConfig = store(forged.getBytes(StandardCharsets.UTF_8));
    String newManifest =
        store(
            manifest
                .replace(configHex, newConfig)
                .replaceFirst(
                    "(\"config\":\\{[^}]*\"size\":)\\d+",
                    "$1" + forged.getBytes(StandardCharsets.UTF_8).length)
                .getBytes(StandardCharsets.UTF_8));
    Files.writeString(index, root.replace(manifestHex, newManifest));
  }

  private Path blob(String hex) {
    return directory.resolve("cache/blobs/sha256").resolve(hex);
  }

  private String store(byte[] bytes) throws IOException {
    String hex = Digest.of(bytes).hex();
    Files.write(blob(hex), bytes);
    return hex;
  }

  /// A valid layer that holds something else.
  private String foreignLayer() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[10240]);
    }
    return "\"digest\":\"sha256:" + store(out.toByteArray()) + "\",\"size\":" + out.size();
  }

  @Test
  void aReplacedLayerIsFoundAndTheStepRunAgain() throws IOException {
    BuildResult honest = elsewhere(to(max(local("dest"))), cacheOnly());
    String foreign = foreignLayer();
    forge(d -> d.replaceAll("\"digest\":\"sha256:[0-9a-f]{64}\",\"size\":\\d+", foreign));
    // A layer that is needed here is fetched, and looked at.
    BuildResult second =
        elsewhere(
            from(local("src")),
            new Output(
                Output.Kind.OCI,
                Optional.of(directory.resolve("out").toString()),
                Map.of("tar", "false")));
    assertEquals(honest.digest(), second.digest());
    assertTrue(warnings().contains("CacheLayerLost"), warnings().toString());
  }

  @Test
  void aVanishedLayerMakesTheStepRunAgain() throws IOException {
    BuildResult honest = elsewhere(to(max(local("dest"))), cacheOnly());
    try (Stream<Path> blobs = Files.list(directory.resolve("cache/blobs/sha256"))) {
      for (Path blob : blobs.toList()) {
        byte[] bytes = Files.readAllBytes(blob);
        if (bytes[0] == 0x1f) {
          Files.delete(blob);
        }
      }
    }
    build.dockerfile(
        Files.readString(build.context.resolve("Dockerfile")).strip(), "RUN echo more > /more");
    BuildResult more = elsewhere(from(local("src")), cacheOnly());
    assertTrue(warnings().contains("CacheLayerLost"), warnings().toString());
    assertFalse(more.digest().equals(honest.digest()));
    assertEquals(more.digest(), elsewhere(SharedCaches.NONE, cacheOnly()).digest());
  }

  @Test
  void onlySignedEntriesAreBelieved() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "a secret of some length");
    Path other = Files.writeString(directory.resolve("other"), "another secret of some length");
    BuildResult honest = elsewhere(to(max(local("dest"))), cacheOnly());
    assertEquals(
        honest.digest(), elsewhere(keys(from(local("src")), null, key), cacheOnly()).digest());
    assertEquals(4, run(), "unsigned entries are ignored");
    assertEquals(List.of("CacheEntryNotTrusted"), warnings());

    elsewhere(keys(to(max(local("dest"))), key, null), cacheOnly());
    elsewhere(keys(from(local("src")), null, key), cacheOnly());
    assertEquals(0, run());
    elsewhere(keys(from(local("src")), null, other), cacheOnly());
    assertEquals(4, run());
    assertEquals(List.of("CacheEntryNotTrusted"), warnings());
  }

  @Test
  void aSignedEntryStandsForNoOtherStepAndNoOtherLayer() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "a secret of some length");
    elsewhere(keys(to(max(local("dest"))), key, null), cacheOnly());
    String foreign = foreignLayer();
    forge(d -> d.replaceAll("\"digest\":\"sha256:[0-9a-f]{64}\",\"size\":\\d+", foreign));
    elsewhere(keys(from(local("src")), null, key), cacheOnly());
    assertEquals(4, run());
    assertEquals(List.of("CacheEntryNotTrusted"), warnings());
  }

  @Test
  void aDocumentThatIsNoneIsToldAndReplaced() throws IOException {
    BuildResult honest = elsewhere(to(max(local("dest"))), cacheOnly());
    forge(d -> d.substring(0, d.length() / 2));
    assertEquals(honest.digest(), elsewhere(from(local("src")), cacheOnly()).digest());
    assertEquals(List.of("MalformedCache"), warnings());
    elsewhere(to(max(local("dest"))), cacheOnly());
    elsewhere(from(local("src")), cacheOnly());
    assertEquals(0, run());
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

  /// As [#elsewhere], on the machine that built last.
  private BuildResult again(SharedCaches caches) throws IOException {
    machines--;
    return elsewhere(caches, cacheOnly());
  }

  @Test
  void whatCameUnsignedIsNotBelievedLater() throws IOException {
    Path key = Files.writeString(directory.resolve("key"), "a secret of some length");
    Path other = Files.writeString(directory.resolve("other"), "another secret of some length");
    elsewhere(keys(to(max(local("dest"))), key, null), cacheOnly());
    elsewhere(from(local("src")), cacheOnly());
    assertEquals(0, run());
    build.file("a", "b\n");
    again(from(local("src")));
    assertEquals(3, run(), "two COPY and RUN, beside what came from outside");
    again(SharedCaches.NONE);
    assertEquals(0, run());
    again(keys(SharedCaches.NONE, null, other));
    assertEquals(4, run(), "nothing of that is believed by who wants signatures");

    elsewhere(keys(from(local("src")), null, key), cacheOnly());
    assertEquals(3, run());
    again(keys(SharedCaches.NONE, null, key));
    assertEquals(0, run(), "what it rests on was signed");
    again(keys(SharedCaches.NONE, null, other));
    assertEquals(4, run(), "by another key");
    again(keys(SharedCaches.NONE, null, other));
    assertEquals(0, run(), "made here");
  }

  /// Fills a cache, uses it elsewhere, changes something.
  private void travels(CacheRef filled, CacheRef read) throws IOException {
    BuildResult first = elsewhere(to(max(filled)), cacheOnly());
    assertEquals(4, run());
    assertEquals(first.digest(), elsewhere(from(read), cacheOnly()).digest());
    assertEquals(0, run());
    assertEquals(List.of(), warnings());
    build.file("a", "b\n");
    BuildResult changed = elsewhere(from(read), cacheOnly());
    assertEquals(3, run());
    assertEquals(changed.digest(), elsewhere(SharedCaches.NONE, cacheOnly()).digest());
  }

  @Test
  void aBucket() throws Exception {
    try (RealS3 server = RealS3.start(directory)) {
      Map<String, String> place = new java.util.HashMap<>(server.attributes());
      place.put("prefix", "app/");
      place.put("name", "one;two");
      CacheRef both = new CacheRef("s3", place);
      place.put("name", "two");
      travels(both, new CacheRef("s3", place));

      // A rule of the bucket deletes what is old; documents still name it.
      try (Stream<Path> objects = Files.walk(directory.resolve("s3-data"))) {
        for (Path object : objects.filter(o -> o.toString().contains("/blobs/")).toList()) {
          if (Files.isRegularFile(object)) {
            Files.delete(object);
          }
        }
      }
      elsewhere(
          new SharedCaches(List.of(both), List.of(max(both)), Optional.empty(), Optional.empty()),
          cacheOnly());
      assertTrue(warnings().contains("CacheLayerLost"), warnings().toString());
      elsewhere(from(both), cacheOnly());
      assertEquals(0, run(), "what was gone was sent again");
    }
  }

  @Test
  void theCacheOfAWorkflow() throws Exception {
    try (FakeGithub server = new FakeGithub()) {
      CacheRef main = new CacheRef("gha", server.attributes(server.token("refs/heads/main")));
      CacheRef topic =
          new CacheRef(
              "gha", server.attributes(server.token("refs/heads/topic", "refs/heads/main")));
      travels(main, topic);
    }
    BuildException outside =
        assertThrows(
            BuildException.class, () -> elsewhere(to(new CacheRef("gha", Map.of())), cacheOnly()));
    assertEquals("NotInWorkflow", outside.problems().getFirst().code());
    assertEquals(0, run(), "said before anything is built");
    elsewhere(from(new CacheRef("gha", Map.of())), cacheOnly());
    assertEquals(List.of("NotInWorkflow"), warnings());
  }
}
