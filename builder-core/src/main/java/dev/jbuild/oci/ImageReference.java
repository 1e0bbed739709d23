package dev.jbuild.oci;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.Optional;
import java.util.regex.Pattern;

/// The name of an image in a registry: `[registry/]repository[:tag][@digest]`.
///
/// Short names mean Docker Hub, as everywhere: `alpine` is `docker.io/library/alpine`.
public record ImageReference(
    String registry, String repository, Optional<String> tag, Optional<Digest> digest) {

  public static final String DOCKER_HUB = "docker.io";

  private static final String COMPONENT = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*";
  private static final Pattern REPOSITORY = Pattern.compile(COMPONENT + "(?:/" + COMPONENT + ")*");
  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}");
  private static final Pattern REGISTRY =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?");

  /// Reads a reference; throws [InvalidInput] when it is none.
  public static ImageReference parse(String text) {
    String rest = text;
    Optional<Digest> digest = Optional.empty();
    int at = rest.indexOf('@');
    if (at >= 0) {
      digest = Optional.of(Digest.parse(rest.substring(at + 1)));
      rest = rest.substring(0, at);
    }
    Optional<String> tag = Optional.empty();
    int colon = rest.lastIndexOf(':');
    if (colon > rest.lastIndexOf('/')) {
      tag = Optional.of(rest.substring(colon + 1));
      rest = rest.substring(0, colon);
    }
    String registry = DOCKER_HUB;
    int slash = rest.indexOf('/');
    if (slash > 0 && isRegistry(rest.substring(0, slash))) {
      registry = rest.substring(0, slash);
      rest = rest.substring(slash + 1);
    }
    if (registry.equals("index.docker.io") || registry.equals("registry-1.docker.io")) {
      registry = DOCKER_HUB;
    }
    if (registry.equals(DOCKER_HUB) && rest.indexOf('/') < 0) {
      rest = "library/" + rest;
    }
    if (rest.length() > 255
        || !REPOSITORY.matcher(rest).matches()
        || !REGISTRY.matcher(registry).matches()
        || tag.filter(t -> !TAG.matcher(t).matches()).isPresent()) {
      throw invalid(text);
    }
    return new ImageReference(registry, rest, tag, digest);
  }

  private static boolean isRegistry(String first) {
    return first.indexOf('.') >= 0
        || first.indexOf(':') >= 0
        || first.equals("localhost")
        || !first.equals(first.toLowerCase(java.util.Locale.ROOT));
  }

  private static InvalidInput invalid(String text) {
    return new InvalidInput(
        Problem.error("InvalidReference", "invalid reference format: '" + text + "'")
            .help(
                "expected [registry/]repository[:tag][@sha256:...], the repository in lower case"));
  }

  /// The tag, or `latest` when there is neither tag nor digest.
  public String tagOrLatest() {
    return tag.orElse("latest");
  }

  /// What to ask a registry for: the digest when there is one, else the tag.
  public String tagOrDigest() {
    return digest.map(Digest::toString).orElseGet(this::tagOrLatest);
  }

  public ImageReference withDigest(Digest value) {
    return new ImageReference(registry, repository, tag, Optional.of(value));
  }

  /// The name in full, as `docker.io/library/alpine:latest`.
  @Override
  public String toString() {
    return registry
        + "/"
        + repository
        + (tag.isEmpty() && digest.isPresent() ? "" : ":" + tagOrLatest())
        + digest.map(d -> "@" + d).orElse("");
  }

  /// The name as people write it: without `docker.io/` and `library/`.
  public String familiar() {
    String full = toString();
    if (!registry.equals(DOCKER_HUB)) {
      return full;
    }
    String name = full.substring(DOCKER_HUB.length() + 1);
    return name.startsWith("library/") ? name.substring("library/".length()) : name;
  }
}
