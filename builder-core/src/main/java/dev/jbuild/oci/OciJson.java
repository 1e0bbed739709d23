package dev.jbuild.oci;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// JSON of manifests and indexes (image-spec `manifest.md`, `image-index.md`); configurations are
/// [ConfigJson]'s.
///
/// Documents are untrusted: duplicate members, deep nesting, wrong types and documents that are
/// both manifest and index are refused with [InvalidInput].
public final class OciJson {

  /// No document of this kind is larger.
  public static final int MAX_BYTES = 4 << 20;

  private static final int MAX_DEPTH = 64;
  private static final int MAX_SHOWN = 200;

  static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private OciJson() {}

  static JsonNode parse(byte[] bytes, String what) {
    if (bytes.length > MAX_BYTES) {
      throw malformed(what, "larger than " + MAX_BYTES + " bytes");
    }
    try {
      JsonNode node = JSON.readTree(bytes);
      if (node == null || !node.isObject()) {
        throw malformed(what, "not a JSON object");
      }
      return node;
    } catch (JsonProcessingException e) {
      throw malformed(what, e.getOriginalMessage());
    } catch (IOException e) {
      throw malformed(what, String.valueOf(e.getMessage()));
    }
  }

  static InvalidInput malformed(String what, String why) {
    return new InvalidInput(
        Problem.error("MalformedImage", "the image's " + what + " is malformed: " + shown(why)));
  }

  /// What a document says may be long and hold anything; a message is one short line.
  static String shown(String text) {
    String line = text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ");
    return line.length() <= MAX_SHOWN ? line : line.substring(0, MAX_SHOWN) + "...";
  }

  static byte[] bytes(JsonNode node) {
    try {
      return JSON.writeValueAsBytes(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  /// Whether a document is an index rather than a manifest. Throws [InvalidInput] for one that is
  /// both or neither.
  public static boolean isIndex(byte[] document) {
    JsonNode node = parse(document, "manifest");
    boolean index = node.hasNonNull("manifests");
    boolean manifest = node.hasNonNull("layers") || node.hasNonNull("config");
    if (index == manifest) {
      throw malformed(
          "manifest",
          node.path("schemaVersion").asInt() == 1
              ? "schema version 1 is no longer supported; push the image again with a current tool"
              : index ? "it has both manifests and layers" : "it has neither layers nor manifests");
    }
    return index;
  }

  public static Manifest readManifest(byte[] document) {
    JsonNode node = parse(document, "manifest");
    if (node.hasNonNull("manifests")) {
      throw malformed("manifest", "it has both manifests and layers");
    }
    if (text(node, "mediaType").filter(MediaTypes::isIndex).isPresent()) {
      throw malformed("manifest", "its mediaType is that of an index");
    }
    List<Descriptor> layers = new ArrayList<>();
    for (JsonNode layer : array(node, "layers", "manifest")) {
      layers.add(descriptor(layer));
    }
    return new Manifest(
        text(node, "mediaType").orElse(MediaTypes.OCI_MANIFEST),
        descriptor(node.path("config")),
        layers,
        strings(node, "annotations", "manifest"));
  }

  public static byte[] writeManifest(Manifest manifest) {
    ObjectNode node = JSON.createObjectNode();
    node.put("schemaVersion", 2);
    node.put("mediaType", manifest.mediaType());
    node.set("config", descriptor(manifest.config()));
    var layers = node.putArray("layers");
    manifest.layers().forEach(layer -> layers.add(descriptor(layer)));
    putStrings(node, "annotations", manifest.annotations());
    return bytes(node);
  }

  public static ImageIndex readIndex(byte[] document) {
    JsonNode node = parse(document, "index");
    if (node.hasNonNull("layers")) {
      throw malformed("index", "it has both manifests and layers");
    }
    if (text(node, "mediaType").filter(MediaTypes::isManifest).isPresent()) {
      throw malformed("index", "its mediaType is that of a manifest");
    }
    List<Descriptor> manifests = new ArrayList<>();
    for (JsonNode manifest : array(node, "manifests", "index")) {
      manifests.add(descriptor(manifest));
    }
    return new ImageIndex(
        text(node, "mediaType").orElse(MediaTypes.OCI_INDEX),
        manifests,
        strings(node, "annotations", "index"));
  }

  public static byte[] writeIndex(ImageIndex index) {
    ObjectNode node = JSON.createObjectNode();
    node.put("schemaVersion", 2);
    node.put("mediaType", index.mediaType());
    var manifests = node.putArray("manifests");
    index.manifests().forEach(manifest -> manifests.add(descriptor(manifest)));
    putStrings(node, "annotations", index.annotations());
    return bytes(node);
  }

  private static Descriptor descriptor(JsonNode node) {
    String mediaType =
        text(node, "mediaType")
            .orElseThrow(() -> malformed("manifest", "a descriptor has no mediaType"));
    String digest =
        text(node, "digest").orElseThrow(() -> malformed("manifest", "a descriptor has no digest"));
    JsonNode size = node.path("size");
    if (!size.isIntegralNumber() || !size.canConvertToLong() || size.longValue() < 0) {
      throw malformed("manifest", "the size of " + digest + " is no byte count");
    }
    return new Descriptor(
        mediaType,
        Digest.parse(digest),
        size.longValue(),
        node.path("platform").isObject()
            ? Optional.of(platform(node.path("platform")))
            : Optional.empty(),
        strings(node, "annotations", "manifest"),
        text(node, "artifactType"));
  }

  private static ObjectNode descriptor(Descriptor descriptor) {
    ObjectNode node = JSON.createObjectNode();
    node.put("mediaType", descriptor.mediaType());
    descriptor.artifactType().ifPresent(type -> node.put("artifactType", type));
    node.put("digest", descriptor.digest().toString());
    node.put("size", descriptor.size());
    putStrings(node, "annotations", descriptor.annotations());
    descriptor.platform().ifPresent(p -> putPlatform(node.putObject("platform"), p));
    return node;
  }

  static Platform platform(JsonNode node) {
    List<String> features = new ArrayList<>();
    node.path("os.features").forEach(f -> features.add(f.asText()));
    return new Platform(
        text(node, "os").orElse("linux"),
        text(node, "architecture").orElse("unknown"),
        text(node, "variant").filter(v -> !v.isEmpty()),
        text(node, "os.version").filter(v -> !v.isEmpty()),
        features);
  }

  static void putPlatform(ObjectNode node, Platform platform) {
    node.put("architecture", platform.architecture());
    node.put("os", platform.os());
    platform.variant().ifPresent(v -> node.put("variant", v));
    platform.osVersion().ifPresent(v -> node.put("os.version", v));
    if (!platform.osFeatures().isEmpty()) {
      var features = node.putArray("os.features");
      platform.osFeatures().forEach(features::add);
    }
  }

  /// A text member; absent and null are the same.
  static Optional<String> text(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return Optional.empty();
    }
    if (!value.isTextual()) {
      throw malformed("document", name + " is no text");
    }
    return Optional.of(value.textValue());
  }

  static Iterable<JsonNode> array(JsonNode node, String name, String what) {
    JsonNode value = node.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isArray()) {
      throw malformed(what, name + " is no array");
    }
    return value;
  }

  static Map<String, String> strings(JsonNode node, String name, String what) {
    JsonNode value = node.path(name);
    Map<String, String> strings = new LinkedHashMap<>();
    if (value.isMissingNode() || value.isNull()) {
      return strings;
    }
    if (!value.isObject()) {
      throw malformed(what, name + " is no object");
    }
    for (Map.Entry<String, JsonNode> entry : value.properties()) {
      if (!entry.getValue().isTextual() && !entry.getValue().isNull()) {
        throw malformed(what, name + " holds something else than texts");
      }
      strings.put(entry.getKey(), entry.getValue().asText(""));
    }
    return strings;
  }

  /// Members sorted by name, so that equal maps give equal bytes; nothing for an empty map.
  static void putStrings(ObjectNode node, String name, Map<String, String> strings) {
    if (!strings.isEmpty()) {
      ObjectNode object = node.putObject(name);
      new java.util.TreeMap<>(strings).forEach(object::put);
    }
  }
}
