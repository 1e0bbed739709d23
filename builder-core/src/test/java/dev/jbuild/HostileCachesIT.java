package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.BuildRequest.SharedCaches;
import dev.jbuild.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

/// Caches of people who mean harm, or that lost something; signatures.
class HostileCachesIT extends SharedCacheMachines {

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

  private static SharedCaches keys(SharedCaches caches, Path sign, Path verify) {
    return new SharedCaches(
        caches.from(), caches.to(), Optional.ofNullable(sign), Optional.ofNullable(verify));
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

  /// A valid layer that holds something else.
  private String foreignLayer() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(new byte[10240]);
    }
    return "\"digest\":\"sha256:" + store(out.toByteArray()) + "\",\"size\":" + out.size();
  }

  private String store(byte[] bytes) throws IOException {
    String hex = Digest.of(bytes).hex();
    Files.write(blob(hex), bytes);
    return hex;
  }

  private Path blob(String hex) {
    return directory.resolve("cache/blobs/sha256").resolve(hex);
  }
}
