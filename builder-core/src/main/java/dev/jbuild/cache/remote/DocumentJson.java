package dev.jbuild.cache.remote;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// JSON of a [CacheDocument]: a table of layers, and entries that point into it.
///
/// `{"version":1,"layers":[{"diffId","mediaType","digest","size"}],
/// "entries":[{"key","layers":[0,1],"epoch","used","signature"}]}`. A layer of a base image has a
/// `diffId` only.
public final class DocumentJson {

  /// The media type of the document as a blob of its own.
  public static final String MEDIA_TYPE = "application/vnd.jbuild.cache.v1+json";

  /// No document is larger.
  public static final int MAX_BYTES = 4 << 20;

  private static final int VERSION = 1;
  private static final int MAX_TABLE = 20_000;
  private static final int MAX_STACK = 1000;
  private static final int MAX_REFERENCES = 1_000_000;
  private static final int MAX_DEPTH = 8;
  private static final int MAX_TEXT = 1024;

  private static final ObjectMapper JSON =
      new ObjectMapper(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder()
                          .maxNestingDepth(MAX_DEPTH)
                          .maxStringLength(MAX_TEXT)
                          .maxNumberLength(20)
                          .build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private DocumentJson() {}

  /// Entries sorted by key, so that equal documents are equal bytes.
  public static byte[] write(CacheDocument document) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", VERSION);
    ArrayNode table = root.putArray("layers");
    Map<StoredLayer, Integer> places = new LinkedHashMap<>();
    ArrayNode entries = root.putArray("entries");
    document
        .entries()
        .forEach((key, entry) -> {
          ObjectNode node = entries.addObject();
          node.put("key", key.toString());
          ArrayNode stack = node.putArray("layers");
          for (StoredLayer layer : entry.layers()) {
            stack.add(
                places.computeIfAbsent(
                    layer,
                    l -> {
                      table.add(layer(l));
                      return places.size();
                    }));
          }
          node.put("epoch", entry.epoch().getEpochSecond());
          if (entry.usedDay() > 0) {
            node.put("used", entry.usedDay());
          }
          entry.signature().ifPresent(s -> node.put("signature", s));
        });
    try {
      return JSON.writeValueAsBytes(root);
    } catch (IOException e) {
      throw new IllegalStateException("a tree can always be written", e);
    }
  }

  private static ObjectNode layer(StoredLayer layer) {
    ObjectNode node = JSON.createObjectNode();
    node.put("diffId", layer.diffId().toString());
    layer
        .blob()
        .ifPresent(blob -> {
          node.put("mediaType", blob.mediaType());
          node.put("digest", blob.digest().toString());
          node.put("size", blob.size());
        });
    return node;
  }

  /// Reads an untrusted document. Throws [InvalidInput] when it is none of this version.
  public static CacheDocument read(byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw malformed("it is larger than " + MAX_BYTES + " bytes");
    }
    try {
      JsonNode root = JSON.readTree(bytes);
      if (root == null || root.path("version").asInt() != VERSION) {
        throw malformed("it is not of version " + VERSION);
      }
      List<StoredLayer> table = new ArrayList<>();
      for (JsonNode layer : array(root, "layers", MAX_TABLE)) {
        table.add(layer(layer));
      }
      Map<Digest, StoredEntry> entries = new LinkedHashMap<>();
      long references = 0;
      for (JsonNode node : array(root, "entries", CacheDocument.MAX_ENTRIES)) {
        StoredEntry entry = entry(node, table);
        references += entry.layers().size();
        if (references > MAX_REFERENCES) {
          throw malformed("its entries have too many layers");
        }
        entries.put(digest(node, "key"), entry);
      }
      return new CacheDocument(entries);
    } catch (IOException e) {
      throw malformed(SafeText.line(String.valueOf(e.getMessage()).lines().findFirst().orElse("")));
    }
  }

  private static StoredLayer layer(JsonNode node) {
    Digest diffId = digest(node, "diffId");
    if (!node.has("digest")) {
      return new StoredLayer(diffId, Optional.empty());
    }
    String mediaType = node.path("mediaType").asText("");
    if (!mediaType.matches("[a-z]+/[A-Za-z0-9.+-]{1,200}")) {
      throw malformed("a media type is none");
    }
    return new StoredLayer(
        diffId,
        Optional.of(Descriptor.of(mediaType, digest(node, "digest"), number(node, "size"))));
  }

  private static StoredEntry entry(JsonNode node, List<StoredLayer> table) {
    List<StoredLayer> stack = new ArrayList<>();
    for (JsonNode place : array(node, "layers", MAX_STACK)) {
      if (!place.isInt() || place.intValue() < 0 || place.intValue() >= table.size()) {
        throw malformed("an entry has a layer that is not there");
      }
      stack.add(table.get(place.intValue()));
    }
    long epoch = number(node, "epoch");
    if (epoch > Instant.MAX.getEpochSecond()) {
      throw malformed("an epoch is no time");
    }
    return new StoredEntry(
        stack,
        Instant.ofEpochSecond(epoch),
        node.has("used") ? number(node, "used") : 0,
        Optional.ofNullable(node.get("signature")).map(JsonNode::asText));
  }

  private static JsonNode array(JsonNode node, String name, int most) {
    JsonNode array = node.path(name);
    if (!array.isArray()) {
      throw malformed("it has no " + name);
    }
    if (array.size() > most) {
      throw malformed("it has more than " + most + " " + name);
    }
    return array;
  }

  private static Digest digest(JsonNode node, String name) {
    return Digest.parse(node.path(name).asText(""));
  }

  private static long number(JsonNode node, String name) {
    JsonNode number = node.path(name);
    if (!number.isIntegralNumber() || !number.canConvertToLong() || number.longValue() < 0) {
      throw malformed(name + " is no number");
    }
    return number.longValue();
  }

  private static InvalidInput malformed(String why) {
    return new InvalidInput(
        Problem.error("MalformedCache", "the cache document cannot be used: " + why));
  }
}
