package dev.jbuild.oci;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// An operating system and a processor architecture, as `os/architecture[/variant]` (image-spec
/// `image-index.md`).
///
/// Values made by [#parse] are normalized: `x86_64` is `amd64`, `arm64/v8` is `arm64`, `arm` is
/// `arm/v7`.
public record Platform(
    String os,
    String architecture,
    Optional<String> variant,
    Optional<String> osVersion,
    List<String> osFeatures) {

  private static final Pattern PART = Pattern.compile("[A-Za-z0-9_.-]+");

  public Platform {
    osFeatures = List.copyOf(osFeatures);
  }

  public static Platform of(String os, String architecture) {
    return normalized(os, architecture, Optional.empty());
  }

  /// Reads `os/arch[/variant]`, `os` or `arch` alone; what is missing comes from this machine.
  ///
  /// Throws [InvalidInput] for a malformed or unknown one.
  public static Platform parse(String text) {
    String[] parts = text.trim().split("/", -1);
    for (String part : parts) {
      if (parts.length > 3 || !PART.matcher(part).matches() || part.contains("..")) {
        throw new InvalidInput(
            Problem.error(
                    "InvalidPlatform",
                    "'" + text + "' is not a platform: expected os/arch[/variant]")
                .help("for example linux/amd64 or linux/arm64"));
      }
    }
    if (parts.length == 1) {
      String one = parts[0].toLowerCase(Locale.ROOT);
      return isKnownOs(one)
          ? normalized(one, current().architecture, Optional.empty())
          : normalized("linux", one, Optional.empty());
    }
    return normalized(
        parts[0], parts[1], parts.length == 3 ? Optional.of(parts[2]) : Optional.empty());
  }

  /// The platform that this machine runs; the operating system of images is Linux everywhere.
  public static Platform current() {
    return of("linux", System.getProperty("os.arch", "amd64"));
  }

  private static boolean isKnownOs(String name) {
    return switch (name) {
      case "linux", "windows", "darwin", "freebsd", "macos" -> true;
      default -> false;
    };
  }

  private static Platform normalized(String os, String arch, Optional<String> variant) {
    String system = os.toLowerCase(Locale.ROOT);
    String name = arch.toLowerCase(Locale.ROOT);
    Optional<String> kind = variant.map(v -> v.toLowerCase(Locale.ROOT)).filter(v -> !v.isEmpty());
    switch (name) {
      case "x86_64", "x86-64" -> name = "amd64";
      case "i386", "i486", "i586", "i686", "x86" -> name = "386";
      case "aarch64" -> name = "arm64";
      case "armhf" -> {
        name = "arm";
        kind = Optional.of("v7");
      }
      case "armel" -> {
        name = "arm";
        kind = Optional.of("v6");
      }
      default -> {}
    }
    if (name.equals("arm64") && kind.filter(v -> v.equals("v8") || v.equals("8")).isPresent()) {
      kind = Optional.empty();
    } else if (name.equals("arm")) {
      kind = Optional.of(kind.map(v -> v.startsWith("v") ? v : "v" + v).orElse("v7"));
    } else if (name.equals("amd64") && kind.filter("v1"::equals).isPresent()) {
      kind = Optional.empty();
    }
    return new Platform(
        system.equals("macos") ? "darwin" : system, name, kind, Optional.empty(), List.of());
  }

  /// Whether an image of platform `image` is what a build for this platform asks for.
  public boolean accepts(Platform image) {
    Platform other = normalized(image.os, image.architecture, image.variant);
    return os.equals(other.os)
        && architecture.equals(other.architecture)
        && variant.equals(other.variant);
  }

  @Override
  public String toString() {
    return os + "/" + architecture + variant.map(v -> "/" + v).orElse("");
  }
}
