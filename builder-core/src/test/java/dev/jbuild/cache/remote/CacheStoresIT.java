package dev.jbuild.cache.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.cache.github.FakeGithub;
import dev.jbuild.cache.github.WorkflowAccess;
import dev.jbuild.cache.github.WorkflowCache;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.registry.MemoryStore;
import dev.jbuild.registry.RealRegistry;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryOptions;
import dev.jbuild.s3.Bucket;
import dev.jbuild.s3.RealS3;
import dev.jbuild.s3.S3Place;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// The places for caches, each on what it is made for.
class CacheStoresIT {

  private static RealRegistry registry;
  private static RealS3 bucket;
  @TempDir private static Path shared;

  @BeforeAll
  static void start() throws Exception {
    registry = RealRegistry.start(Files.createDirectory(shared.resolve("registry")));
    bucket = RealS3.start(Files.createDirectory(shared.resolve("s3")));
  }

  @AfterAll
  static void stop() throws IOException {
    registry.close();
    bucket.close();
  }

  @Nested
  class InADirectory extends CacheStoreContract {
    @TempDir private Path directory;

    @Override
    CacheStore open() {
      return at(directory.resolve("cache"));
    }

    private CacheStore at(Path place) {
      return new DirectoryCache(place, "latest", Optional.empty(), DocumentJson.MEDIA_TYPE);
    }

    @Override
    CacheStore broken() throws IOException {

      return at(Files.writeString(directory.resolve("file"), "").resolve("cache"));
    }

    @Override
    void damage(Descriptor blob, byte[] bytes) throws IOException {
      Path file = directory.resolve("cache/blobs/sha256").resolve(blob.digest().hex());
      Files.write(file, bytes);
    }

    @Test
    void whatIsDamagedGivesWayToWhatIsSentNext() throws IOException {
      byte[] bytes = "a chunk of a cache mount".getBytes(java.nio.charset.StandardCharsets.UTF_8);
      Descriptor blob = Descriptor.of("m", Digest.of(bytes), bytes.length);
      open().send(blob, Optional.empty(), () -> new ByteArrayInputStream(bytes));
      byte[] other = bytes.clone();
      other[3] ^= 1;
      damage(blob, other);
      MemoryStore here = new MemoryStore();
      assertThrows(IOException.class, () -> open().fetch(blob, here));
      open().send(blob, Optional.empty(), () -> new ByteArrayInputStream(bytes));
      open().fetch(blob, here);
      assertEquals(bytes.length, here.size(blob.digest()).orElse(0));
    }
  }

  @Nested
  class InARegistry extends CacheStoreContract {
    private String repository = "";

    @BeforeEach
    void choose(TestInfo test) {
      repository =
          "cache/"
              + test.getTestMethod().orElseThrow().getName().toLowerCase(java.util.Locale.ROOT);
    }

    @Override
    CacheStore open() {
      return at(registry.host());
    }

    private CacheStore at(String host) {
      return new RegistryCache(
          ImageReference.parse(host + "/" + repository + ":cache"),
          DocumentJson.MEDIA_TYPE,
          new Registries(
              new RegistryOptions(Map.of(), Set.of(), shared.resolve("none")), EventSink.none()),
          EventSink.none());
    }

    @Override
    CacheStore broken() {
      return at("127.0.0.1:1");
    }

    @Override
    void damage(Descriptor blob, byte[] bytes) throws IOException {
      String hex = blob.digest().hex();
      Path data = shared.resolve("registry/data/docker/registry/v2/blobs/sha256");
      Files.write(data.resolve(hex.substring(0, 2)).resolve(hex).resolve("data"), bytes);
    }
  }

  @Nested
  class InABucket extends CacheStoreContract {
    private String prefix = "";

    @BeforeEach
    void choose(TestInfo test) {
      prefix = test.getTestMethod().orElseThrow().getName() + "/";
    }

    @Override
    CacheStore open() {
      return at(bucket.attributes());
    }

    private CacheStore at(Map<String, String> attributes) {
      return new S3Cache(
          bucket(attributes),
          new S3Cache.Layout("blobs/", "manifests/", Duration.ofHours(24)),
          "app");
    }

    private Bucket bucket(Map<String, String> attributes) {
      Map<String, String> all = new HashMap<>(attributes);
      all.put("prefix", prefix);
      return new Bucket(S3Place.of(all, Map.of()));
    }

    @Override
    CacheStore broken() {
      Map<String, String> wrong = new HashMap<>(bucket.attributes());
      wrong.put("secret_access_key", "wrong");
      return at(wrong);
    }

    @Override
    void damage(Descriptor blob, byte[] bytes) {
      bucket(bucket.attributes())
          .put(
              "blobs/" + blob.digest(),
              bytes.length,
              () -> new java.io.ByteArrayInputStream(bytes));
    }
  }

  @Nested
  class OnGithub extends CacheStoreContract {
    private static final String MAIN = "refs/heads/main";
    private FakeGithub github;

    @BeforeEach
    void begin() throws IOException {
      github = new FakeGithub();
    }

    @AfterEach
    void end() {
      github.close();
    }

    @Override
    CacheStore open() {
      return as(github.token(MAIN));
    }

    private CacheStore as(String token) {
      WorkflowAccess access = github.access(token);
      return new GithubCache(() -> new WorkflowCache(access, GithubCache.VERSION), "app");
    }

    @Override
    CacheStore broken() {
      return as("another.token.here");
    }

    @Override
    void damage(Descriptor blob, byte[] bytes) {
      github.damage(blob.digest().hex(), bytes);
    }

    @Test
    void aBranchReadsTheDefaultOneAndWritesItsOwn() {
      export(open(), 1, Optional.empty(), false);
      CacheStore branch = as(github.token("refs/heads/topic", MAIN));
      assertEquals(Optional.of(diffId(1)), found(branch, 1, Optional.empty()));
      export(branch, 2, Optional.empty(), false);
      export(open(), 3, Optional.empty(), false);
      for (int number : List.of(1, 2, 3)) {
        assertEquals(Optional.of(diffId(number)), found(branch, number, Optional.empty()));
      }
      assertEquals(Optional.empty(), found(open(), 2, Optional.empty()), "not for others");
    }

    @Test
    void aDocumentThatAKilledJobHoldsIsPassedOver() {
      export(open(), 1, Optional.empty(), false);
      String first =
          github.keys(MAIN).stream().filter(k -> k.endsWith("#1")).findFirst().orElseThrow();
      github.reserve(MAIN, first.replace("#1", "#2"), GithubCache.VERSION);
      export(open(), 2, Optional.empty(), false);
      assertEquals(Optional.of(diffId(1)), found(open(), 1, Optional.empty()));
      assertEquals(Optional.of(diffId(2)), found(open(), 2, Optional.empty()));
    }
  }
}
