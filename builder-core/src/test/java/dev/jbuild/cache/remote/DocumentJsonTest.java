package dev.jbuild.cache.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.InvalidInput;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The document of a cache: what is written is read, and what nobody wrote is refused.
class DocumentJsonTest {

  static StoredEntry entry(int number, long day) {
    Digest diffId = Digest.ofUtf8("layer " + number);
    return new StoredEntry(
        List.of(
            new StoredLayer(Digest.ofUtf8("base"), Optional.empty()),
            new StoredLayer(
                diffId,
                Optional.of(
                    Descriptor.of(
                        MediaTypes.OCI_LAYER_GZIP, Digest.ofUtf8("blob " + number), number)))),
        Instant.ofEpochSecond(1000 + number),
        day,
        Optional.empty());
  }

  private static Digest key(int number) {
    return Digest.ofUtf8("key " + number);
  }

  private static CacheDocument document(int from, int to, long day) {
    Map<Digest, StoredEntry> entries = new HashMap<>();
    for (int i = from; i < to; i++) {
      entries.put(key(i), entry(i, day));
    }
    return new CacheDocument(entries);
  }

  @Test
  void whatIsWrittenIsRead() {
    CacheDocument document = document(0, 50, 3);
    byte[] bytes = DocumentJson.write(document);
    assertEquals(document, DocumentJson.read(bytes));
    assertEquals(new String(bytes, StandardCharsets.UTF_8).split("\"base\"").length, 1);
    assertEquals(50, document.blobs().size());
  }

  @Test
  void mergingKeepsBothAndTheNewerOfEqualKeys() {
    CacheDocument merged = document(0, 10, 1).merged(document(5, 15, 2));
    assertEquals(15, merged.entries().size());
    assertEquals(2, merged.entries().get(key(7)).usedDay());
    assertTrue(merged.covers(document(5, 15, 2)));
    assertFalse(document(0, 10, 1).covers(document(5, 15, 2)));
  }

  @Test
  void whatWasUsedLongestAgoIsDropped() {
    CacheDocument merged = document(0, CacheDocument.MAX_BLOBS, 1).merged(document(5000, 5100, 2));
    assertTrue(merged.blobs().size() <= CacheDocument.MAX_BLOBS);
    assertTrue(merged.covers(document(5000, 5100, 2)));
  }

  private static final String DIGEST = "sha256:" + "a".repeat(64);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"version\":2,\"layers\":[],\"entries\":[]}",
        "{\"version\":1,\"layers\":{},\"entries\":[]}",
        "{\"version\":1,\"layers\":[{}],\"entries\":[]}",
        "{\"version\":1,\"layers\":[],\"entries\":[{\"key\":\"K\",\"layers\":[0],\"epoch\":1}]}",
        "{\"version\":1,\"layers\":[],\"entries\":[{\"key\":\"../../etc\",\"layers\":[]}]}",
        "{\"version\":1,\"layers\":[],\"entries\":[{\"key\":\"K\",\"layers\":[],\"epoch\":-1}]}",
        "{\"version\":1,\"layers\":[],\"entries\":[{\"key\":\"K\",\"layers\":[],\"epoch\":1e99}]}",
        "{\"version\":1,\"layers\":[{\"diffId\":\"K\",\"digest\":\"K\",\"size\":-5,"
            + "\"mediaType\":\"a/b\"}],\"entries\":[]}",
        "{\"version\":1,\"version\":1,\"layers\":[],\"entries\":[]}",
        "{\"version\":1,\"layers\":[],\"entries\":[]}{}",
        "{\"version\":1,\"layers\":[],\"entries\":[[[[[[[[[[[[]]]]]]]]]]]]}",
      })
  void malformedOnesAreRefused(String text) {
    byte[] bytes = text.replace("\"K\"", "\"" + DIGEST + "\"").getBytes(StandardCharsets.UTF_8);
    assertThrows(InvalidInput.class, () -> DocumentJson.read(bytes));
  }

  @Test
  void everyTruncationIsRefused() {
    byte[] whole = DocumentJson.write(document(0, 3, 1));
    for (int length = 0; length < whole.length; length++) {
      byte[] part = java.util.Arrays.copyOf(whole, length);
      assertThrows(InvalidInput.class, () -> DocumentJson.read(part));
    }
  }

  @Test
  void hugeOnesAreRefusedWithoutBeingRead() {
    byte[] large = new byte[DocumentJson.MAX_BYTES + 1];
    assertThrows(InvalidInput.class, () -> DocumentJson.read(large));
    String many =
        "{\"version\":1,\"layers\":[],\"entries\":["
            + "{\"key\":\""
            + DIGEST
            + "\",\"layers\":[],\"epoch\":1},".repeat(5000)
            + "{}]}";
    assertThrows(
        InvalidInput.class, () -> DocumentJson.read(many.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void anyChangedByteIsRefusedOrOnlyChangesWhatItSays() {
    byte[] whole = DocumentJson.write(document(0, 5, 1));
    Random random = new Random(7);
    for (int i = 0; i < 2000; i++) {
      byte[] changed = whole.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      try {
        assertTrue(DocumentJson.read(changed).entries().size() <= 5);
      } catch (InvalidInput e) {
        assertTrue(e.getMessage().lines().count() <= 1);
      }
    }
  }

  @Test
  void aSealBindsKeyLayersAndTime(@TempDir Path directory) throws Exception {
    KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    Seal signing =
        SealFile.read(
            pem(directory.resolve("private"), "PRIVATE KEY", pair.getPrivate().getEncoded()));
    Seal checking =
        SealFile.read(
            pem(directory.resolve("public"), "PUBLIC KEY", pair.getPublic().getEncoded()));
    Seal secret = SealFile.read(Files.writeString(directory.resolve("s"), "0123456789abcdef\n"));
    assertFalse(checking.canSign());
    for (Seal seal : List.of(signing, secret)) {
      StoredEntry plain = entry(1, 1);
      StoredEntry signed = plain.signed(seal.sign(key(1), plain));
      assertTrue(seal.verifies(key(1), signed));
      assertEquals(seal == signing, checking.verifies(key(1), signed));
      assertFalse(seal.verifies(key(2), signed), "another step");
      String signature = signed.signature().orElseThrow();
      assertFalse(seal.verifies(key(1), entry(2, 1).signed(signature)), "other layers");
      assertFalse(seal.verifies(key(1), plain), "unsigned");
      for (String wrong : List.of("", ":", "x", "ed25519:", "ed25519:AA", "hmac-sha256:!")) {
        assertFalse(seal.verifies(key(1), plain.signed(wrong)), wrong);
      }
    }
    for (String bad : List.of("short", "-----BEGIN RSA KEY-----\nAAAA\n-----END RSA KEY-----\n")) {
      Path file = Files.writeString(directory.resolve("bad"), bad);
      assertThrows(InvalidInput.class, () -> SealFile.read(file));
    }
  }

  private static Path pem(Path file, String what, byte[] der) throws Exception {
    return Files.writeString(
        file,
        "-----BEGIN "
            + what
            + "-----\n"
            + Base64.getMimeEncoder().encodeToString(der)
            + "\n-----END "
            + what
            + "-----\n");
  }
}
