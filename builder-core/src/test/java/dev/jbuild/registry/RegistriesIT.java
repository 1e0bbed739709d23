package dev.jbuild.registry;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.content.BlobStore;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Unavailable;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against the registry that everybody runs.
class RegistriesIT {

  private static final Platform AMD64 = Platform.parse("linux/amd64");

  @TempDir private Path directory;

  private RegistryOptions options() {
    return new RegistryOptions(Map.of(), Set.of(), directory, Optional.empty());
  }

  private static BlobStore store() {
    return new MemoryStore();
  }

  @Test
  void whatIsPushedCanBeResolvedAndPulled() throws Exception {
    TestImage image = TestImage.of(1, 3_000_000, "amd64");
    var events = new ConcurrentLinkedQueue<BuildEvent>();
    try (RealRegistry server = RealRegistry.start(directory);
        Registries registries = new Registries(options(), events::add)) {
      ImageReference name = ImageReference.parse(server.host() + "/a/b:v1");
      image.push(new Push(registries, name, events::add), Optional.empty(), "v1");

      ResolvedManifest found = registries.resolve(name, AMD64);
      assertEquals(Digest.of(image.manifest()), found.descriptor().digest());
      assertEquals(image.manifest().length, found.descriptor().size());
      assertEquals(AMD64, found.platform());
      assertEquals("kept", found.manifest().annotations().get("org.example"));

      BlobStore store = store();
      registries.pull(name, image.layerBlob(), store);
      try (InputStream in = store.open(image.layerBlob().digest())) {
        assertArrayEquals(image.layer(), in.readAllBytes());
      }
      long before = registries.requests();
      registries.pull(name, image.layerBlob(), store);
      assertEquals(before, registries.requests(), "a blob that is here is not asked for");
    }
    assertTrue(
        events.stream()
            .anyMatch(e ->
                e instanceof BuildEvent.Transferred t
                    && t.finished()
                    && t.subject().startsWith("pull ")));
  }

  @Test
  void whatIsThereIsNotSentAgain() throws Exception {
    TestImage image = TestImage.of(2, 100_000, "amd64");
    try (RealRegistry server = RealRegistry.start(directory);
        Registries registries = new Registries(options(), e -> {})) {
      ImageReference first = ImageReference.parse(server.host() + "/first:v1");
      image.push(new Push(registries, first, e -> {}), Optional.empty(), "v1");
      Push.Upload unreadable =
          new Push.Upload(
              image.layerBlob(),
              Optional.of(first),
              () -> {
                throw new AssertionError("the bytes are asked for");
              });
      new Push(registries, first, e -> {}).blobs(List.of(unreadable));
      ImageReference second = ImageReference.parse(server.host() + "/second:v1");
      new Push(registries, second, e -> {}).blobs(List.of(unreadable));
      registries.pull(second, image.layerBlob(), store());
    }
  }

  @Test
  void anIndexWithArtifactsGivesThePlatform() throws Exception {
    TestImage arm = TestImage.of(3, 10, "arm64");
    TestImage amd = TestImage.of(4, 10, "amd64");
    try (RealRegistry server = RealRegistry.start(directory);
        Registries registries = new Registries(options(), e -> {})) {
      ImageReference name = ImageReference.parse(server.host() + "/multi:v1");
      Push push = new Push(registries, name, e -> {});
      arm.push(push, Optional.empty(), Digest.of(arm.manifest()).toString());
      amd.push(push, Optional.empty(), Digest.of(amd.manifest()).toString());
      Descriptor artifact =
          new Descriptor(
              MediaTypes.OCI_MANIFEST,
              Digest.of(arm.manifest()),
              arm.manifest().length,
              Optional.of(
                  new Platform(
                      "unknown", "unknown", Optional.empty(), Optional.empty(), List.of())),
              Map.of(),
              Optional.of("application/vnd.example.sbom"));
      byte[] index =
          TestImage.index(artifact, arm.descriptor("linux/arm64"), amd.descriptor("linux/amd64"));
      push.manifest(MediaTypes.OCI_INDEX, index, "v1");

      assertEquals(
          Digest.of(amd.manifest()), registries.resolve(name, AMD64).descriptor().digest());
      assertEquals(
          Digest.of(arm.manifest()),
          registries.resolve(name, Platform.parse("linux/arm64/v8")).descriptor().digest());
      InvalidInput none =
          assertThrows(
              InvalidInput.class, () -> registries.resolve(name, Platform.parse("linux/s390x")));
      assertTrue(
          none.getMessage().endsWith("no match for platform linux/s390x"), none.getMessage());
    }
  }

  @Test
  void aTagMeansOneImageForAWholeBuild() throws Exception {
    TestImage before = TestImage.of(5, 10, "amd64");
    TestImage after = TestImage.of(6, 10, "amd64");
    try (RealRegistry server = RealRegistry.start(directory);
        Registries build = new Registries(options(), e -> {});
        Registries other = new Registries(options(), e -> {})) {
      ImageReference name = ImageReference.parse(server.host() + "/moving");
      before.push(new Push(other, name, e -> {}), Optional.empty(), "latest");
      Digest first = build.resolve(name, AMD64).descriptor().digest();
      after.push(new Push(other, name, e -> {}), Optional.empty(), "latest");
      assertEquals(first, build.resolve(name, AMD64).descriptor().digest());
      assertEquals(Digest.of(after.manifest()), other.resolve(name, AMD64).descriptor().digest());
    }
  }

  @Test
  void aManifestWithoutItsBlobsIsNotTaken() throws Exception {
    TestImage image = TestImage.of(7, 10, "amd64");
    try (RealRegistry server = RealRegistry.start(directory);
        Registries registries = new Registries(options(), e -> {})) {
      ImageReference name = ImageReference.parse(server.host() + "/holes:v1");
      Push push = new Push(registries, name, e -> {});
      assertThrows(
          Unavailable.class, () -> push.manifest(MediaTypes.OCI_MANIFEST, image.manifest(), "v1"));
      InvalidInput missing =
          assertThrows(InvalidInput.class, () -> registries.resolve(name, AMD64));
      assertEquals(name.familiar() + ": not found", missing.getMessage());
    }
  }

  @Test
  void credentialsOfDockerConfigAreUsed() throws Exception {
    TestImage image = TestImage.of(8, 100, "amd64");
    // What `htpasswd -B` makes of user and secret.
    String line = "user:$2y$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
    try (RealRegistry server = RealRegistry.start(directory, line)) {
      ImageReference name = ImageReference.parse(server.host() + "/private:v1");
      try (Registries anonymous = new Registries(options(), e -> {})) {
        AuthenticationFailed denied =
            assertThrows(AuthenticationFailed.class, () -> anonymous.resolve(name, AMD64));
        assertTrue(denied.getMessage().contains("pull access denied"), denied.getMessage());
        assertThrows(
            AuthenticationFailed.class,
            () -> image.push(new Push(anonymous, name, e -> {}), Optional.empty(), "v1"));
      }
      login(server.host(), "wrong");
      try (Registries wrong = new Registries(options(), e -> {})) {
        AuthenticationFailed denied =
            assertThrows(AuthenticationFailed.class, () -> wrong.resolve(name, AMD64));
        assertFalse(denied.problems().toString().contains("wrong"));
      }
      login(server.host(), "secret");
      try (Registries known = new Registries(options(), e -> {})) {
        image.push(new Push(known, name, e -> {}), Optional.empty(), "v1");
        assertEquals(Digest.of(image.manifest()), known.resolve(name, AMD64).descriptor().digest());
      }
    }
  }

  private void login(String host, String password) throws Exception {
    String auth =
        Base64.getEncoder().encodeToString(("user:" + password).getBytes(StandardCharsets.UTF_8));
    Files.writeString(
        directory.resolve("config.json"),
        "{\"auths\":{\"" + host + "\":{\"auth\":\"" + auth + "\"}}}");
  }
}
