package dev.jbuild.oci;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.InvalidInput;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciJsonTest {

  private static final String HEX = "0123456789abcdef".repeat(4);
  private static final String CONFIG =
      "\"config\":{\"mediaType\":\""
          + MediaTypes.OCI_CONFIG
          + "\",\"digest\":\"sha256:"
          + HEX
          + "\",\"size\":7}";

  private static String layer(String digest, String size) {
    return "{\"config\":{\"mediaType\":\"c\",\"digest\":\"sha256:"
        + HEX
        + "\",\"size\":7},\"layers\":[{\"mediaType\":\"l\",\"digest\":"
        + digest
        + ",\"size\":"
        + size
        + "}]}";
  }

  private static InvalidInput refused(String manifest) {
    InvalidInput e =
        assertThrows(InvalidInput.class, () -> OciJson.readManifest(manifest.getBytes(UTF_8)));
    String message = e.problems().getFirst().message();
    assertTrue(message.length() < 300 && message.chars().noneMatch(c -> c < ' '), message);
    return e;
  }

  @Test
  void manifestRoundTripsAndHasTheMemberOrderOfTheSpecification() {
    Digest digest = new Digest(HEX);
    Manifest manifest =
        new Manifest(
            MediaTypes.OCI_MANIFEST,
            Descriptor.of(MediaTypes.OCI_CONFIG, digest, 7),
            List.of(
                Descriptor.of(MediaTypes.OCI_LAYER_GZIP, digest, 1L << 40)
                    .withAnnotations(Map.of("b", "2", "a", "1"))),
            Map.of());
    byte[] bytes = OciJson.writeManifest(manifest);
    assertEquals(manifest, OciJson.readManifest(bytes));
    assertArrayEquals(bytes, OciJson.writeManifest(OciJson.readManifest(bytes)));
    assertEquals(
        "{\"schemaVersion\":2,\"mediaType\":\""
            + MediaTypes.OCI_MANIFEST
            + "\","
            + CONFIG
            + ",\"layers\":[{\"mediaType\":\""
            + MediaTypes.OCI_LAYER_GZIP
            + "\",\"digest\":\"sha256:"
            + HEX
            + "\",\"size\":1099511627776,\"annotations\":{\"a\":\"1\",\"b\":\"2\"}}]}",
        new String(bytes, UTF_8));
  }

  @Test
  void indexRoundTrips() {
    ImageIndex index =
        new ImageIndex(
            MediaTypes.OCI_INDEX,
            List.of(
                Descriptor.of(MediaTypes.OCI_MANIFEST, new Digest(HEX), 7)
                    .withPlatform(
                        new Platform(
                            "linux",
                            "arm",
                            Optional.of("v7"),
                            Optional.of("1.2"),
                            List.of("x", "y")))),
            Map.of("k", "v"));
    assertEquals(index, OciJson.readIndex(OciJson.writeIndex(index)));
  }

  @Test
  void membersThatManifestsOfTheWorldHaveAreNoTrouble() {
    Manifest manifest =
        OciJson.readManifest(
            ("{\"schemaVersion\":2,"
                    + CONFIG
                    + ",\"layers\":[{\"mediaType\":\"l\",\"digest\":"
                    + "\"sha256:"
                    + HEX
                    + "\",\"size\":1,\"urls\":[\"u\"],\"data\":\"ZGF0YQ==\","
                    + "\"platform\":null,\"annotations\":{\"a\":null}}],\"annotations\":null,"
                    + "\"subject\":null,\"artifactType\":\"t\",\"x\":{}}")
                .getBytes(UTF_8));
    assertEquals(MediaTypes.OCI_MANIFEST, manifest.mediaType());
    assertEquals(Map.of("a", ""), manifest.layers().getFirst().annotations());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "null",
        "[]",
        "\"x\"",
        "7",
        "{",
        "{}",
        "{\"layers\":[]}",
        "{} {}",
        "\u0000",
        "{\"config\":null,\"layers\":null}",
        "{\"config\":[],\"layers\":[]}",
        "{\"config\":{},\"config\":{},\"layers\":[]}",
        "{\"\\n\\u001b[31m\":1,\"\\n\\u001b[31m\":2}"
      })
  void whatIsNoManifestIsRefused(String text) {
    refused(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "9223372036854775808", "1e3", "1.0", "\"7\"", "null", "[]", "true"})
  void sizesThatAreNoByteCountAreRefused(String size) {
    refused(layer("\"sha256:" + HEX + "\"", size));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"sha256:abc\"",
        "\"sha512:0\"",
        "\"\"",
        "null",
        "7",
        "{}",
        "\"sha256:../../../etc\"",
        "\"md5\\n\\u001b[2J\""
      })
  void digestsThatAreNoneAreRefused(String digest) {
    refused(layer(digest, "7"));
  }

  @Test
  void aLongDigestIsNotRepeatedInTheMessage() {
    refused(layer("\"" + "x".repeat(1_000_000) + "\"", "-1"));
  }

  @Test
  void aDocumentIsAManifestOrAnIndexAndNotBoth() {
    String both = "{" + CONFIG + ",\"layers\":[],\"manifests\":[]}";
    refused(both);
    byte[] bytes = both.getBytes(UTF_8);
    assertThrows(InvalidInput.class, () -> OciJson.readIndex(bytes));
    assertThrows(InvalidInput.class, () -> OciJson.isIndex(bytes));
    assertThrows(InvalidInput.class, () -> OciJson.isIndex("{}".getBytes(UTF_8)));
    refused("{\"mediaType\":\"" + MediaTypes.OCI_INDEX + "\"," + CONFIG + ",\"layers\":[]}");
    byte[] index =
        ("{\"mediaType\":\"" + MediaTypes.DOCKER_MANIFEST + "\",\"manifests\":[]}").getBytes(UTF_8);
    assertThrows(InvalidInput.class, () -> OciJson.readIndex(index));
    assertTrue(OciJson.isIndex("{\"manifests\":[]}".getBytes(UTF_8)));
    assertFalse(OciJson.isIndex(("{" + CONFIG + "}").getBytes(UTF_8)));
  }

  @Test
  void schemaVersion1IsNamed() {
    InvalidInput e =
        assertThrows(
            InvalidInput.class,
            () -> OciJson.isIndex("{\"schemaVersion\":1,\"fsLayers\":[]}".getBytes(UTF_8)));
    assertTrue(e.problems().getFirst().message().contains("schema version 1"));
  }

  @Test
  void hugeAndDeepDocumentsAreRefusedAtOnce() {
    refused("[".repeat(100_000));
    refused("{\"a\":".repeat(100_000));
    refused("{\"layers\":" + "[".repeat(100_000) + "]".repeat(100_000) + "}");
    byte[] huge = new byte[100 << 20];
    assertThrows(InvalidInput.class, () -> OciJson.readManifest(huge));
    assertThrows(InvalidInput.class, () -> OciJson.readIndex(huge));
    assertThrows(InvalidInput.class, () -> ConfigJson.read(huge));
  }
}
