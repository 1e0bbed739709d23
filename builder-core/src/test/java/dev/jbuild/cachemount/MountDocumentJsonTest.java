package dev.jbuild.cachemount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MountDocumentJsonTest {

  static ChunkRef chunk(String text) {
    return new ChunkRef(
        Digest.ofUtf8(text),
        text.length(),
        Descriptor.of(ChunkRef.MEDIA_TYPE, Digest.ofUtf8("packed " + text), 20));
  }

  static SavedMount mount(String... content) {
    return new SavedMount(
        "apt",
        Instant.ofEpochSecond(1_700_000_000),
        List.of(chunk("index")),
        java.util.Arrays.stream(content).map(MountDocumentJsonTest::chunk).toList(),
        Optional.of("ed25519:x"));
  }

  @Test
  void aDocumentComesBackAsItWas() {
    MountDocument document =
        new MountDocument("main", Map.of("k", mount("a", "b"), "j", mount("c")));
    assertEquals(document, MountDocumentJson.read(MountDocumentJson.write(document)));
  }

  @Test
  void whatIsOldGoes() {
    MountDocument document = new MountDocument("main", Map.of("k", mount("a")));
    assertEquals(document, document.since(Instant.ofEpochSecond(1_700_000_000)));
    assertEquals(MountDocument.empty("main"), document.since(Instant.ofEpochSecond(1_700_000_001)));
  }

  private static void refused(String json) {
    assertThrows(
        InvalidInput.class, () -> MountDocumentJson.read(json.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"version\":2,\"scope\":\"s\",\"mounts\":[]}",
        "{\"version\":1,\"mounts\":[]}",
        "{\"version\":1,\"scope\":\"s\",\"mounts\":{}}",
        "{\"version\":1,\"scope\":\"s\",\"mounts\":[]} x",
        "{\"version\":1,\"version\":1,\"scope\":\"s\",\"mounts\":[]}",
        "{\"version\":1,\"scope\":\"s\",\"mounts\":[{\"key\":\"k\",\"id\":\"i\",\"saved\":1}]}",
      })
  void whatIsNoDocumentIsRefused(String json) {
    refused(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[\"x\",1,\"y\",1]",
        "[\"../../../../../../../../etc/passwd\",1,\"H\",1]",
        "[\"H\",0,\"H\",1]",
        "[\"H\",-1,\"H\",1]",
        "[\"H\",4194305,\"H\",1]",
        "[\"H\",1,\"H\",99999999]",
        "[\"H\",1.5,\"H\",1]",
        "[\"H\",9223372036854775808,\"H\",1]",
      })
  void anImpossibleChunkIsRefused(String chunk) {
    String hex = Digest.ofUtf8("x").hex();
    String good = "[\"" + hex + "\",1,\"" + hex + "\",1]";
    String json =
        "{\"version\":1,\"scope\":\"s\",\"mounts\":[{\"key\":\"k\",\"id\":\"i\",\"saved\":1,"
            + "\"index\":[%s],\"content\":[%s]}]}";
    MountDocumentJson.read(
        json.formatted(good, good).getBytes(StandardCharsets.UTF_8)); // Else this says nothing.
    refused(json.formatted(good, chunk.replace("H", hex)));
    refused(json.formatted(chunk.replace("H", hex), good));
  }

  @Test
  void tooManyChunksAreRefused() {
    ChunkRef one = chunk("a");
    SavedMount large =
        new SavedMount(
            "i",
            Instant.EPOCH,
            Collections.nCopies(9000, one),
            Collections.nCopies(9000, one),
            Optional.empty());
    byte[] bytes = MountDocumentJson.write(new MountDocument("s", Map.of("k", large)));
    assertThrows(InvalidInput.class, () -> MountDocumentJson.read(bytes));
  }
}
