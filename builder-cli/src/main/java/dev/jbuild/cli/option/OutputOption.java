package dev.jbuild.cli.option;

import dev.jbuild.Output;
import dev.jbuild.Output.Kind;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.oci.ImageReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// One `--output`.
final class OutputOption {

  private static final String OPTION = "--output";
  private static final Set<String> TYPES =
      Set.of("oci", "docker", "tar", "local", "registry", "image", "cacheonly");

  /// What Docker takes here and the exporters cannot do yet.
  private static final Set<String> LATER =
      Set.of(
          "compression",
          "compression-level",
          "force-compression",
          "push-by-digest",
          "name-canonical",
          "dangling-name-prefix",
          "unpack",
          "platform-split",
          "mode",
          "attestation-inline",
          "oci-artifact",
          "buildinfo",
          "source-date-epoch",
          "compatibility-version");

  private OutputOption() {}

  /// The outputs that `text` means; names in it are added to `tags`.
  static List<Output> parse(String text, List<ImageReference> tags) {
    if (text.equals("-")) {
      return List.of(Output.to(Kind.TAR, "-"));
    }
    if (text.indexOf('=') < 0) {
      return List.of(Output.to(Kind.LOCAL, ContextOption.path(OPTION, text).toString()));
    }
    Attributes attributes = Attributes.parse(OPTION, text);
    String type = attributes.require("type");
    if (!TYPES.contains(type)) {
      throw UsageException.invalid(
          OPTION,
          "unknown type '" + type + "'" + Nearest.hint(type, TYPES),
          "oci, docker, tar, local, registry, image or cacheonly");
    }
    Optional<String> destination = attributes.take("dest").or(() -> attributes.take("destination"));
    for (String name : attributes.take("name").orElse("").split(",", -1)) {
      if (!name.isBlank()) {
        tags.add(ImageOptions.reference(OPTION + " name", name));
      }
    }
    boolean push = attributes.takeFlag("push", type.equals("registry"));
    common(attributes);
    return outputs(type, destination, push, attributes);
  }

  /// Attributes of which jbuild does one value always.
  private static void common(Attributes attributes) {
    if (!attributes.takeFlag("oci-mediatypes", true)) {
      throw UsageException.unsupported("oci-mediatypes=false", "images have OCI media types");
    }
    if (!attributes.takeFlag("rewrite-timestamp", true)) {
      throw UsageException.unsupported(
          "rewrite-timestamp=false", "use --timestamps keep for times as Docker leaves them");
    }
    if (!attributes.takeFlag("store", true)) {
      throw UsageException.unsupported("store=false", "use type=cacheonly to keep nothing");
    }
    attributes
        .take("compression")
        .filter(c -> !c.equals("gzip"))
        .ifPresent(c -> {
          throw UsageException.unsupported("compression=" + c, "layers are gzip");
        });
    for (String name : LATER) {
      if (attributes.take(name).isPresent()) {
        throw UsageException.unsupported(OPTION + " " + name, "");
      }
    }
  }

  private static List<Output> outputs(
      String type, Optional<String> destination, boolean push, Attributes attributes) {
    List<Output> outputs = new ArrayList<>();
    switch (type) {
      case "oci" -> {
        Map<String, String> tar = Map.of("tar", Boolean.toString(attributes.takeFlag("tar", true)));
        outputs.add(new Output(Kind.OCI, needed(type, destination), tar));
      }
      case "docker" -> {
        if (destination.isEmpty()) {
          throw UsageException.unsupported(
              "type=docker without dest", "write an archive with dest=image.tar");
        }
        outputs.add(new Output(Kind.DOCKER, needed(type, destination), Map.of()));
      }
      case "tar" -> outputs.add(new Output(Kind.TAR, needed(type, destination), Map.of()));
      case "local" -> {
        Optional<String> directory = needed(type, destination);
        if (directory.filter("-"::equals).isPresent()) {
          throw UsageException.invalid(OPTION, "type=local needs a directory", "use type=tar");
        }
        outputs.add(new Output(Kind.LOCAL, directory, Map.of()));
      }
      case "image" -> outputs.add(Output.of(Kind.STORE));
      case "cacheonly" -> outputs.add(Output.of(Kind.CACHE_ONLY));
      default -> {}
    }
    if (push) {
      if (!type.equals("image") && !type.equals("registry")) {
        throw UsageException.invalid(OPTION, "push=true is for type=image and type=registry");
      }
      outputs.add(Output.of(Kind.REGISTRY));
    }
    if (outputs.isEmpty()) {
      throw UsageException.invalid(OPTION, "type=registry with push=false goes nowhere");
    }
    Map<String, String> none = attributes.rest(Set.of());
    return none.isEmpty() ? outputs : List.of();
  }

  private static Optional<String> needed(String type, Optional<String> destination) {
    if (destination.filter(d -> !d.isEmpty()).isEmpty()) {
      throw UsageException.invalid(
          OPTION, "type=" + type + " needs 'dest=...'", "a path, or - for standard output");
    }
    return destination;
  }
}
