package dev.jbuild.sandbox.cdi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;

/// The devices that this machine's CDI specifications describe (CDI SPEC.md, versions 0.3 to 1.0),
/// JSON or YAML. Read anew each time: drivers write them when they like.
public final class DeviceSpecs {

  /// Where they are; of two devices with one name that of the later directory counts.
  private static final List<Path> USUAL =
      List.of(Path.of("/etc/cdi"), Path.of("/etc/buildkit/cdi"), Path.of("/var/run/cdi"));

  private static final int MAX_BYTES = 4 << 20;
  private static final String CLASS = "org.mobyproject.buildkit.device.class";

  private final List<Path> directories;

  DeviceSpecs(List<Path> directories) {
    this.directories = List.copyOf(directories);
  }

  public static DeviceSpecs ofMachine() {
    return new DeviceSpecs(USUAL);
  }

  /// A device of a specification.
  private record Found(Path file, JsonNode whole, JsonNode device) {
    boolean isOfClass(String name) {
      return name.equals(device.path("annotations").path(CLASS).asText(""))
          || name.equals(whole.path("annotations").path(CLASS).asText(""));
    }
  }

  /// What the devices of a name change: `vendor/class=device`, `vendor/class=*` for all of a kind,
  /// `vendor/class` for the first. Empty when there is none. Throws [InvalidInput] for a name that
  /// is none, for a specification that cannot be read, and for one that asks for what jbuild does
  /// not do.
  public Optional<DeviceEdits> find(String name) {
    int equals = name.indexOf('=');
    String kind = equals < 0 ? name : name.substring(0, equals);
    if (!kind.matches("[A-Za-z][A-Za-z0-9_.-]*/[A-Za-z][A-Za-z0-9_-]*")) {
      throw new InvalidInput(
          Problem.error("InvalidDevice", "'" + name + "' names no device")
              .help("expected vendor/class, vendor/class=device or vendor/class=*"));
    }
    List<Found> chosen = chosen(devices(kind), equals < 0 ? "" : name.substring(equals + 1));
    if (chosen.isEmpty()) {
      return Optional.empty();
    }
    EditsReader edits = new EditsReader();
    List<JsonNode> wholes = new ArrayList<>();
    for (Found found : chosen) {
      if (!wholes.contains(found.whole())) {
        wholes.add(found.whole());
        edits.add(found.whole().path("containerEdits"), found.file());
      }
      edits.add(found.device().path("containerEdits"), found.file());
    }
    return Optional.of(edits.edits());
  }

  private static List<Found> chosen(Map<String, Found> devices, String wanted) {
    Found exact = devices.get(wanted);
    if (exact != null) {
      return List.of(exact);
    }
    return switch (wanted) {
      case "" -> devices.values().stream().limit(1).toList();
      case "*" -> List.copyOf(devices.values());
      default -> devices.values().stream().filter(d -> d.isOfClass(wanted)).toList();
    };
  }

  private Map<String, Found> devices(String kind) {
    Map<String, Found> devices = new TreeMap<>();
    for (Path directory : directories) {
      for (Path file : files(directory)) {
        JsonNode whole = read(file);
        if (whole.path("kind").asText("").equals(kind)) {
          for (JsonNode device : whole.path("devices")) {
            devices.put(device.path("name").asText(""), new Found(file, whole, device));
          }
        }
      }
    }
    return devices;
  }

  private static List<Path> files(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(f -> f.toString().matches(".*\\.(json|yaml|yml)")).sorted().toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static JsonNode read(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MAX_BYTES + 1);
      if (bytes.length > MAX_BYTES) {
        throw unreadable(file, "it is larger than " + MAX_BYTES + " bytes");
      }
      return mapper(file).readTree(bytes);
    } catch (JsonProcessingException e) {
      throw unreadable(file, SafeText.line(e.getOriginalMessage()));
    } catch (IOException e) {
      throw unreadable(file, String.valueOf(e.getMessage()));
    }
  }

  private static ObjectMapper mapper(Path file) {
    StreamReadConstraints limits = StreamReadConstraints.builder().maxNestingDepth(50).build();
    return file.toString().endsWith(".json")
        ? new ObjectMapper(
            com.fasterxml.jackson.core.JsonFactory.builder().streamReadConstraints(limits).build())
        : new ObjectMapper(YAMLFactory.builder().streamReadConstraints(limits).build());
  }

  static InvalidInput unreadable(Path file, String why) {
    return new InvalidInput(
        Problem.error("InvalidDeviceSpec", "the device specification " + file + ": " + why)
            .help("it is made by the device's driver or vendor tool, for example nvidia-ctk"));
  }
}
