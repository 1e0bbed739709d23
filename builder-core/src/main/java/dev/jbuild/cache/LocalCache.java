package dev.jbuild.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.content.CheckedFile;
import dev.jbuild.content.DamageLog;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The cache of this machine: one small file for each key, in the `keys` directory of the state.
/// Its modification time says when it was last used, to the hour.
public final class LocalCache implements BuildCache {

  private static final int MAX_BYTES = 16 << 20;
  private static final Duration USE = Duration.ofHours(1);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final DamageLog damage;

  public LocalCache(Path directory, DamageLog damage) {
    this.directory = directory;
    this.damage = damage;
  }

  @Override
  public Optional<CacheEntry> find(Digest key) throws IOException {
    Optional<CacheEntry> entry = read(key);
    if (entry.isPresent()) {
      used(file(key));
    }
    return entry;
  }

  /// As [#find], for looking only: it is no use.
  public Optional<CacheEntry> read(Digest key) throws IOException {
    Path file = file(key);
    Optional<byte[]> body = CheckedFile.read(file, MAX_BYTES, "step result " + key, damage);
    try {
      return body.isPresent()
          ? Optional.of(decode(JSON.readTree(body.get()))).filter(e -> e.key().digest().equals(key))
          : Optional.empty();
    } catch (com.fasterxml.jackson.core.JacksonException
        | InvalidInput
        | IllegalArgumentException
        | java.time.DateTimeException e) {
      Files.deleteIfExists(file);
      damage.dropped("step result " + key);
      return Optional.empty();
    }
  }

  @Override
  public void put(Digest key, CacheEntry entry) throws IOException {
    CheckedFile.writeLazily(file(key), JSON.writeValueAsBytes(encode(entry)));
  }

  private Path file(Digest key) {
    return directory.resolve(key.hex());
  }

  private static void used(Path file) {
    try {
      Instant now = Instant.now();
      if (Files.getLastModifiedTime(file).toInstant().isBefore(now.minus(USE))) {
        Files.setLastModifiedTime(file, FileTime.from(now));
      }
    } catch (IOException e) {
      // Then it looks older than it is.
    }
  }

  private static ObjectNode encode(CacheEntry entry) {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode layers = node.putArray("layers");
    entry.diffIds().forEach(d -> layers.add(d.toString()));
    node.put("epoch", entry.epoch().getEpochSecond());
    if (!entry.restsOn().isEmpty()) {
      ArrayNode restsOn = node.putArray("restsOn");
      entry.restsOn().stream().sorted().forEach(restsOn::add);
    }
    KeyJson.write(entry.key(), node);
    return node;
  }

  private static CacheEntry decode(JsonNode node) {
    List<Digest> layers = new ArrayList<>();
    for (JsonNode layer : node.path("layers")) {
      layers.add(Digest.parse(layer.asText()));
    }
    Set<String> restsOn = new HashSet<>();
    node.path("restsOn").forEach(name -> restsOn.add(name.asText()));
    return new CacheEntry(
        layers, Instant.ofEpochSecond(node.path("epoch").asLong()), KeyJson.read(node), restsOn);
  }
}
