package dev.jbuild.registry;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Optional;

/// Which image of an index a platform means.
final class PlatformChoice {

  private PlatformChoice() {}

  /// The image for the platform itself, else for the nearest one that its processors run too, else
  /// the only one there is. Attestations and other artifacts are no images.
  static Descriptor of(ImageIndex index, Platform platform, ImageReference reference) {
    List<Descriptor> images =
        index.manifests().stream()
            .filter(m -> !m.annotations().containsKey("vnd.docker.reference.type"))
            .filter(m -> m.platform().filter(p -> p.os().equals("unknown")).isEmpty())
            .filter(m -> MediaTypes.isManifest(m.mediaType()) || MediaTypes.isIndex(m.mediaType()))
            .toList();
    for (String candidate : candidates(platform)) {
      Platform wanted = Platform.parse(candidate);
      Optional<Descriptor> found =
          images.stream().filter(m -> m.platform().filter(wanted::accepts).isPresent()).findFirst();
      if (found.isPresent()) {
        return found.get();
      }
    }
    if (images.size() == 1) {
      return images.getFirst();
    }
    List<String> offered =
        images.stream()
            .flatMap(m -> m.platform().stream())
            .map(Platform::toString)
            .distinct()
            .toList();
    throw new InvalidInput(
        Problem.error(
                "NoMatchingPlatform", reference.familiar() + ": no match for platform " + platform)
            .help(offered.isEmpty() ? "it has no images" : "it has " + String.join(", ", offered)));
  }

  /// The platform, then those that it runs as well, best first.
  private static List<String> candidates(Platform platform) {
    String own = platform.toString();
    return switch (own) {
      case "linux/arm/v8" -> List.of(own, "linux/arm/v7", "linux/arm/v6", "linux/arm/v5");
      case "linux/arm/v7" -> List.of(own, "linux/arm/v6", "linux/arm/v5");
      case "linux/arm/v6" -> List.of(own, "linux/arm/v5");
      case "linux/amd64/v4" -> List.of(own, "linux/amd64/v3", "linux/amd64/v2", "linux/amd64");
      case "linux/amd64/v3" -> List.of(own, "linux/amd64/v2", "linux/amd64");
      case "linux/amd64/v2" -> List.of(own, "linux/amd64");
      default -> List.of(own);
    };
  }
}
