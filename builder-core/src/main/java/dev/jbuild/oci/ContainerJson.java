package dev.jbuild.oci;

import static dev.jbuild.oci.OciJson.JSON;
import static dev.jbuild.oci.OciJson.array;
import static dev.jbuild.oci.OciJson.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// JSON of the `config` object of an image configuration.
final class ContainerJson {

  private static final String WHAT = "configuration";
  private static final Set<String> KNOWN =
      Set.of(
          "User",
          "ExposedPorts",
          "Env",
          "Entrypoint",
          "Cmd",
          "Volumes",
          "WorkingDir",
          "Labels",
          "StopSignal",
          "Healthcheck",
          "OnBuild",
          "Shell");

  /// Docker's defaults for the container an image was committed from.
  private static final Set<String> DROPPED =
      Set.of(
          "Hostname",
          "Domainname",
          "AttachStdin",
          "AttachStdout",
          "AttachStderr",
          "Tty",
          "OpenStdin",
          "StdinOnce",
          "Image",
          "MacAddress",
          "NetworkDisabled");

  private ContainerJson() {}

  static ContainerConfig read(JsonNode node) {
    Map<String, String> extra = new LinkedHashMap<>();
    node.properties().stream()
        .filter(e -> !KNOWN.contains(e.getKey()) && !DROPPED.contains(e.getKey()))
        .filter(e -> !e.getValue().isNull())
        .forEach(e -> extra.put(e.getKey(), e.getValue().toString()));
    return new ContainerConfig(
        text(node, "User").filter(u -> !u.isEmpty()),
        names(node, "ExposedPorts"),
        list(node, "Env").orElse(List.of()),
        list(node, "Entrypoint"),
        list(node, "Cmd"),
        names(node, "Volumes"),
        text(node, "WorkingDir").filter(w -> !w.isEmpty()),
        ConfigJson.asStrings(node, "Labels"),
        text(node, "StopSignal").filter(s -> !s.isEmpty()),
        node.path("Healthcheck").isObject()
            ? Optional.of(healthcheck(node.path("Healthcheck")))
            : Optional.empty(),
        list(node, "OnBuild").orElse(List.of()),
        list(node, "Shell"),
        extra);
  }

  private static Optional<List<String>> list(JsonNode node, String name) {
    if (!node.hasNonNull(name)) {
      return Optional.empty();
    }
    List<String> values = new ArrayList<>();
    for (JsonNode value : array(node, name, WHAT)) {
      if (!value.isTextual()) {
        throw OciJson.malformed(WHAT, name + " holds something else than texts");
      }
      values.add(value.textValue());
    }
    return Optional.of(values);
  }

  private static List<String> names(JsonNode node, String name) {
    List<String> names = new ArrayList<>();
    ConfigJson.object(node, name).fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static Healthcheck healthcheck(JsonNode node) {
    return new Healthcheck(
        list(node, "Test").orElse(List.of()),
        number(node, "Interval"),
        number(node, "Timeout"),
        number(node, "StartPeriod"),
        number(node, "StartInterval"),
        number(node, "Retries").stream()
            .mapToInt(n -> (int) Math.clamp(n, 0, Integer.MAX_VALUE))
            .findFirst());
  }

  private static OptionalLong number(JsonNode node, String name) {
    JsonNode value = node.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return OptionalLong.empty();
    }
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw OciJson.malformed(WHAT, name + " is no whole number");
    }
    return OptionalLong.of(value.longValue());
  }

  static ObjectNode write(ContainerConfig config) {
    ObjectNode node = JSON.createObjectNode();
    config.user().filter(u -> !u.isEmpty()).ifPresent(u -> node.put("User", u));
    putNames(node, "ExposedPorts", config.exposedPorts());
    if (!config.env().isEmpty()) {
      putList(node, "Env", config.env());
    }
    config.entrypoint().ifPresent(e -> putList(node, "Entrypoint", e));
    config.cmd().ifPresent(c -> putList(node, "Cmd", c));
    putNames(node, "Volumes", config.volumes());
    config.workingDir().ifPresent(w -> node.put("WorkingDir", w));
    OciJson.putStrings(node, "Labels", config.labels());
    config.stopSignal().ifPresent(s -> node.put("StopSignal", s));
    config.healthcheck().ifPresent(h -> put(node.putObject("Healthcheck"), h));
    if (!config.onBuild().isEmpty()) {
      putList(node, "OnBuild", config.onBuild());
    }
    config.shell().ifPresent(s -> putList(node, "Shell", s));
    ConfigJson.putRaw(node, config.extra());
    return node;
  }

  private static void put(ObjectNode node, Healthcheck health) {
    if (!health.test().isEmpty()) {
      putList(node, "Test", health.test());
    }
    health.interval().ifPresent(n -> node.put("Interval", n));
    health.timeout().ifPresent(n -> node.put("Timeout", n));
    health.startPeriod().ifPresent(n -> node.put("StartPeriod", n));
    health.startInterval().ifPresent(n -> node.put("StartInterval", n));
    health.retries().ifPresent(n -> node.put("Retries", n));
  }

  private static void putList(ObjectNode node, String name, List<String> values) {
    var array = node.putArray(name);
    values.forEach(array::add);
  }

  /// A set of names is an object with empty objects in it.
  private static void putNames(ObjectNode node, String name, List<String> names) {
    if (!names.isEmpty()) {
      ObjectNode object = node.putObject(name);
      new TreeSet<>(names).forEach(object::putObject);
    }
  }
}
