package dev.jbuild.oci;

import static dev.jbuild.oci.OciJson.JSON;
import static dev.jbuild.oci.OciJson.array;
import static dev.jbuild.oci.OciJson.malformed;
import static dev.jbuild.oci.OciJson.strings;
import static dev.jbuild.oci.OciJson.text;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// JSON of image configurations (image-spec `config.md`), with the members that only Docker
/// defines.
public final class ConfigJson {

  /// The member that holds a cache of the steps the image was made by.
  public static final String INLINE_CACHE = "dev.jbuild.cache.v1";

  private static final String WHAT = "configuration";
  private static final Set<String> KNOWN =
      Set.of(
          "architecture",
          "os",
          "variant",
          "os.version",
          "os.features",
          "created",
          "author",
          "config",
          "rootfs",
          "history");

  /// Members that describe the container the base was committed from; they say nothing of a new
  /// image.
  private static final Set<String> DROPPED =
      Set.of(
          "container",
          "container_config",
          "docker_version",
          "id",
          "parent",
          "moby.buildkit.buildinfo.v1",
          "moby.buildkit.cache.v0",
          ConfigJson.INLINE_CACHE);

  private ConfigJson() {}

  /// The cache that an image carries in its configuration. Throws `InvalidInput` when that is
  /// malformed.
  public static Optional<byte[]> inlineCache(byte[] document) {
    JsonNode cache = object(OciJson.parse(document, WHAT), INLINE_CACHE);
    return cache.isObject() ? Optional.of(OciJson.bytes(cache)) : Optional.empty();
  }

  /// Reads a configuration; throws `InvalidInput` when it is malformed.
  public static ImageConfig read(byte[] document) {
    JsonNode node = OciJson.parse(document, WHAT);
    object(node, "rootfs");
    object(node, "config");
    List<Digest> diffIds = new ArrayList<>();
    for (JsonNode id : array(node.path("rootfs"), "diff_ids", WHAT)) {
      diffIds.add(Digest.parse(id.asText()));
    }
    List<History> history = new ArrayList<>();
    for (JsonNode entry : array(node, "history", WHAT)) {
      history.add(
          new History(
              time(entry, "created"),
              text(entry, "created_by"),
              text(entry, "author"),
              text(entry, "comment"),
              entry.path("empty_layer").asBoolean(false)));
    }
    Map<String, String> extra = new LinkedHashMap<>();
    node.properties().stream()
        .filter(e -> !KNOWN.contains(e.getKey()) && !DROPPED.contains(e.getKey()))
        .forEach(e -> extra.put(e.getKey(), e.getValue().toString()));
    return new ImageConfig(
        OciJson.platform(node),
        time(node, "created"),
        text(node, "author"),
        ContainerJson.read(node.path("config")),
        diffIds,
        history,
        extra);
  }

  /// A member that is an object, or not there.
  static JsonNode object(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (!value.isMissingNode() && !value.isNull() && !value.isObject()) {
      throw malformed(WHAT, name + " is no object");
    }
    return value;
  }

  private static Optional<Instant> time(JsonNode node, String name) {
    try {
      return text(node, name)
          .filter(t -> !t.isEmpty())
          .map(t -> OffsetDateTime.parse(t).toInstant());
    } catch (DateTimeException e) {
      throw malformed(WHAT, name + " is no time");
    }
  }

  /// Writes a configuration: members in a fixed order, times in UTC as exact as they are.
  public static byte[] write(ImageConfig config) {
    ObjectNode node = JSON.createObjectNode();
    config.created().ifPresent(t -> node.put("created", time(t)));
    config.author().filter(a -> !a.isEmpty()).ifPresent(a -> node.put("author", a));
    OciJson.putPlatform(node, config.platform());
    node.set("config", ContainerJson.write(config.config()));
    ObjectNode rootfs = node.putObject("rootfs");
    rootfs.put("type", "layers");
    var diffIds = rootfs.putArray("diff_ids");
    config.diffIds().forEach(d -> diffIds.add(d.toString()));
    var history = node.putArray("history");
    for (History entry : config.history()) {
      ObjectNode h = history.addObject();
      entry.created().ifPresent(t -> h.put("created", time(t)));
      entry.createdBy().ifPresent(t -> h.put("created_by", t));
      entry.author().ifPresent(t -> h.put("author", t));
      entry.comment().ifPresent(t -> h.put("comment", t));
      if (entry.emptyLayer()) {
        h.put("empty_layer", true);
      }
    }
    putRaw(node, config.extra());
    return OciJson.bytes(node);
  }

  private static String time(Instant time) {
    return time.toString();
  }

  /// Members kept as raw JSON, sorted by name.
  static void putRaw(ObjectNode node, Map<String, String> raw) {
    for (String name : new TreeSet<>(raw.keySet())) {
      try {
        node.set(name, JSON.readTree(raw.get(name)));
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("raw members were JSON when they were read", e);
      }
    }
  }

  static Map<String, String> asStrings(JsonNode node, String name) {
    return strings(node, name, WHAT);
  }
}
