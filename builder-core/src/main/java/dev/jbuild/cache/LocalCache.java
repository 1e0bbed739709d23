package dev.jbuild.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.content.AtomicFile;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The cache of this machine: one small JSON file for each key, in the `keys` directory of the
/// state.
public final class LocalCache implements BuildCache {

  private static final int MAX_BYTES = 16 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  public LocalCache(Path directory) {
    this.directory = directory;
  }

  @Override
  public Optional<CacheEntry> find(Digest key) {
    Path file = file(key);
    try {
      if (Files.size(file) > MAX_BYTES) {
        return damaged(file);
      }
      return Optional.of(decode(JSON.readTree(Files.readAllBytes(file))));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException
        | InvalidInput
        | IllegalArgumentException
        | java.time.DateTimeException e) {
      return damaged(file);
    }
  }

  @Override
  public void put(Digest key, CacheEntry entry) {
    try {
      AtomicFile.write(file(key), JSON.writeValueAsBytes(encode(entry)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path file(Digest key) {
    return directory.resolve(key.hex());
  }

  private static Optional<CacheEntry> damaged(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // It stays unreadable, and so a miss.
    }
    return Optional.empty();
  }

  private static ObjectNode encode(CacheEntry entry) {
    ObjectNode node = JSON.createObjectNode();
    ArrayNode layers = node.putArray("layers");
    entry.diffIds().forEach(d -> layers.add(d.toString()));
    node.put("epoch", entry.epoch().getEpochSecond());
    node.put("key", entry.key().digest().toString());
    ArrayNode inputs = node.putArray("inputs");
    entry
        .key()
        .inputs()
        .forEach(i -> inputs.addObject().put("name", i.name()).put("value", i.value()));
    return node;
  }

  private static CacheEntry decode(JsonNode node) throws IOException {
    List<Digest> layers = new ArrayList<>();
    for (JsonNode layer : required(node, "layers")) {
      layers.add(Digest.parse(layer.asText()));
    }
    List<StepKey.Input> inputs = new ArrayList<>();
    for (JsonNode input : required(node, "inputs")) {
      inputs.add(
          new StepKey.Input(required(input, "name").asText(), required(input, "value").asText()));
    }
    return new CacheEntry(
        layers,
        Instant.ofEpochSecond(required(node, "epoch").asLong()),
        new StepKey(Digest.parse(required(node, "key").asText()), inputs));
  }

  private static JsonNode required(JsonNode node, String name) throws IOException {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new IOException("no member " + name);
    }
    return value;
  }
}
