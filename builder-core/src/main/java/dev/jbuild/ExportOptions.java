package dev.jbuild;

import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.export.ExportTarget;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What an output's attributes mean. Those that are not obeyed are refused.
final class ExportOptions {

  /// Our layers are clamped whenever there is a time to clamp to, so asking for it changes nothing.
  private static final Set<String> KNOWN = Set.of("tar", "name", "push", "rewrite-timestamp");

  private ExportOptions() {}

  static List<ExportTarget> targets(Output output, List<ImageReference> tags) {
    Map<String, String> attributes = output.attributes();
    for (String name : attributes.keySet()) {
      if (!KNOWN.contains(name)) {
        throw new InvalidInput(
            Problem.error(
                "UnknownOutputOption",
                "--output type="
                    + output.kind()
                    + " does not know '"
                    + name
                    + "'"
                    + Nearest.hint(name, KNOWN)));
      }
    }
    List<ImageReference> names =
        attributes.containsKey("name")
            ? List.of(ImageReference.parse(attributes.getOrDefault("name", "")))
            : tags;
    Optional<Path> destination = output.destination().filter(d -> !d.equals("-")).map(Path::of);
    return switch (output.kind()) {
      case OCI -> List.of(new ExportTarget.Oci(destination, flag(attributes, "tar", true), names));
      case DOCKER -> List.of(new ExportTarget.Docker(destination, names));
      case TAR -> List.of(new ExportTarget.Tar(destination));
      case LOCAL ->
          List.of(
              new ExportTarget.Local(
                  destination.orElseThrow(() ->
                      new InvalidInput(
                          Problem.error("NoDestination", "--output type=local needs dest=DIR")))));
      case REGISTRY -> List.of(registry(names));
      case STORE ->
          flag(attributes, "push", false)
              ? List.of(new ExportTarget.Store(names), registry(names))
              : List.of(new ExportTarget.Store(names));
      case CACHE_ONLY -> List.of();
    };
  }

  private static boolean flag(Map<String, String> attributes, String name, boolean otherwise) {
    String value = attributes.getOrDefault(name, Boolean.toString(otherwise));
    return switch (value.toLowerCase(java.util.Locale.ROOT)) {
      case "true", "t", "1" -> true;
      case "false", "f", "0" -> false;
      default ->
          throw new InvalidInput(
              Problem.error(
                      "InvalidOutputOption", name + "=" + value + " of --output is no boolean")
                  .help(name + "=true or " + name + "=false"));
    };
  }

  private static ExportTarget registry(List<ImageReference> names) {
    if (names.isEmpty()) {
      throw new InvalidInput(
          Problem.error("NoName", "a push needs a name").help("-t REGISTRY/REPOSITORY:TAG"));
    }
    return new ExportTarget.Registry(names);
  }
}
