package dev.jbuild.cache;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.oci.Digest;
import java.util.ArrayList;
import java.util.List;

/// Keys as JSON: members `key`, `inputs` and `notes` of an object.
final class KeyJson {

  private KeyJson() {}

  static void write(StepKey key, ObjectNode into) {
    into.put("key", key.digest().toString());
    list(key.inputs(), into.putArray("inputs"));
    list(key.notes(), into.putArray("notes"));
  }

  private static void list(List<StepKey.Input> inputs, ArrayNode into) {
    inputs.forEach(i -> into.addArray().add(i.name()).add(i.value()));
  }

  static StepKey read(JsonNode node) {
    return new StepKey(
        Digest.parse(node.path("key").asText()),
        list(node.path("inputs")),
        list(node.path("notes")));
  }

  private static List<StepKey.Input> list(JsonNode nodes) {
    List<StepKey.Input> inputs = new ArrayList<>();
    for (JsonNode input : nodes) {
      inputs.add(new StepKey.Input(input.path(0).asText(), input.path(1).asText()));
    }
    return inputs;
  }
}
