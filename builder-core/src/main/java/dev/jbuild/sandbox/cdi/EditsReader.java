package dev.jbuild.sandbox.cdi;

import com.fasterxml.jackson.databind.JsonNode;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.sandbox.Job;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.StreamSupport;

/// Reads the `containerEdits` of a specification. What is not obeyed is refused.
final class EditsReader {

  private static final Path MACHINE = Path.of("/");
  private static final Set<String> BIND_OPTIONS =
      Set.of("bind", "rbind", "ro", "rw", "nosuid", "nodev", "noexec", "private", "rprivate");

  private final List<Job.Mount> mounts = new ArrayList<>();
  private final List<String> env = new ArrayList<>();
  private final List<Long> groups = new ArrayList<>();

  DeviceEdits edits() {
    return new DeviceEdits(mounts, env, groups);
  }

  /// @param file for messages
  void add(JsonNode edits, Path file) {
    if (edits.path("hooks").size() > 0) {
      JsonNode hook = edits.path("hooks").get(0);
      throw refused(
          file,
          "it wants to run the program " + hook.path("path").asText() + " of this machine",
          "jbuild runs no programs outside of steps: make a specification without hooks");
    }
    for (String name : List.of("intelRdt", "netDevices")) {
      if (edits.has(name)) {
        throw refused(file, "it asks for " + name, "make a specification without it");
      }
    }
    edits.path("env").forEach(pair -> env.add(pair.asText()));
    edits.path("additionalGids").forEach(gid -> groups.add(gid.asLong()));
    edits.path("deviceNodes").forEach(node -> addNode(node, file));
    edits.path("mounts").forEach(mount -> addMount(mount, file));
  }

  /// The machine's own node: with its owner and mode, whatever the specification says.
  private void addNode(JsonNode node, Path file) {
    String target = path(node.path("path"), file);
    String source = node.has("hostPath") ? path(node.path("hostPath"), file) : target;
    add(source, target, file, false);
  }

  private void addMount(JsonNode mount, Path file) {
    List<String> options =
        StreamSupport.stream(mount.path("options").spliterator(), false)
            .map(JsonNode::asText)
            .toList();
    List<String> unknown = options.stream().filter(o -> !BIND_OPTIONS.contains(o)).toList();
    String type = mount.path("type").asText("");
    if (!unknown.isEmpty() || !Set.of("", "none", "bind").contains(type)) {
      throw refused(
          file,
          "it asks for a mount of another kind: " + type + " " + String.join(",", unknown),
          "bind mounts are what can be had");
    }
    add(
        path(mount.path("hostPath"), file),
        path(mount.path("containerPath"), file),
        file,
        options.contains("ro"));
  }

  private void add(String source, String target, Path file, boolean readOnly) {
    if (!Files.exists(Path.of(source))) {
      throw DeviceSpecs.unreadable(file, source + " is not on this machine");
    }
    mounts.add(new Job.Mount.Bind(MACHINE, source.substring(1), target, readOnly));
  }

  private static String path(JsonNode value, Path file) {
    String path = value.asText("");
    if (!path.startsWith("/") || path.indexOf('\0') >= 0) {
      throw DeviceSpecs.unreadable(file, "'" + path + "' is no absolute path");
    }
    return path;
  }

  private static InvalidInput refused(Path file, String what, String help) {
    return new InvalidInput(
        Problem.error("DeviceRefused", "the device specification " + file + ": " + what)
            .help(help));
  }
}
