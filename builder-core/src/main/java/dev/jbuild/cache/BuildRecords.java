package dev.jbuild.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.cache.BuildRecord.Miss;
import dev.jbuild.content.CheckedFile;
import dev.jbuild.content.DamageLog;
import dev.jbuild.problem.InvalidInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/// The records of the last builds, one small file each in the `builds` directory of the state. Safe
/// for several threads and processes.
public final class BuildRecords {

  private static final int KEPT = 200;
  private static final int MAX_BYTES = 64 << 20;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path directory;
  private final DamageLog damage;

  public BuildRecords(Path directory, DamageLog damage) {
    this.directory = directory;
    this.damage = damage;
  }

  /// A name for a build that starts now.
  public static String newId(Instant now) {
    return String.format(
        Locale.ROOT,
        "%013d-%d-%d",
        Math.max(0, now.toEpochMilli()),
        ProcessHandle.current().pid(),
        COUNT.incrementAndGet());
  }

  /// Keeps a record; the oldest make room for it.
  public void put(BuildRecord record) throws IOException {
    CheckedFile.writeLazily(directory.resolve(record.id()), JSON.writeValueAsBytes(encode(record)));
    List<String> all = ids();
    for (String old : all.subList(Math.min(all.size(), KEPT), all.size())) {
      Files.deleteIfExists(directory.resolve(old));
    }
  }

  /// The builds there are records of, newest first.
  public List<String> ids() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> n.matches("\\d+-\\d+-\\d+"))
          .sorted(Comparator.reverseOrder())
          .toList();
    }
  }

  public Optional<BuildRecord> find(String id) throws IOException {
    if (!id.matches("\\d+-\\d+-\\d+")) {
      return Optional.empty();
    }
    Optional<byte[]> body =
        CheckedFile.read(directory.resolve(id), MAX_BYTES, "record of build " + id, damage);
    try {
      return body.isPresent()
          ? Optional.of(decode(id, JSON.readTree(body.get())))
          : Optional.empty();
    } catch (com.fasterxml.jackson.core.JacksonException
        | InvalidInput
        | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static ObjectNode encode(BuildRecord record) {
    ObjectNode node = JSON.createObjectNode();
    node.put("started", record.started().toEpochMilli());
    node.put("context", record.context());
    node.put("success", record.success());
    ArrayNode steps = node.putArray("steps");
    for (BuildRecord.Step step : record.steps()) {
      ObjectNode each = steps.addObject();
      each.put("title", step.title());
      step.miss().ifPresent(miss -> each.put("miss", miss.name()));
      step.key().ifPresent(key -> KeyJson.write(key, each));
    }
    return node;
  }

  private static BuildRecord decode(String id, JsonNode node) {
    List<BuildRecord.Step> steps = new ArrayList<>();
    for (JsonNode step : node.path("steps")) {
      steps.add(
          new BuildRecord.Step(
              step.path("title").asText(),
              step.has("miss")
                  ? Optional.of(Miss.valueOf(step.path("miss").asText()))
                  : Optional.empty(),
              step.has("key") ? Optional.of(KeyJson.read(step)) : Optional.empty()));
    }
    return new BuildRecord(
        id,
        Instant.ofEpochMilli(node.path("started").asLong()),
        node.path("context").asText(),
        node.path("success").asBoolean(),
        steps);
  }
}
