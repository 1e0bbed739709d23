package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.s3.S3Place;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// One `--cache-from` or `--cache-to`.
final class CacheRefOption {

  private static final Set<String> FROM_REGISTRY = Set.of("ref");
  private static final Set<String> FROM_LOCAL = Set.of("src", "tag", "digest");
  private static final Set<String> FROM_S3 =
      with(S3Place.ATTRIBUTES, "name", "blobs_prefix", "manifests_prefix");
  private static final Set<String> FROM_GITHUB = Set.of("scope", "url_v2", "token", "timeout");
  private static final Set<String> TO = Set.of("mode", "ignore-error");

  /// What Docker takes here, with the one value that jbuild does always.
  private static final Map<String, Set<String>> ALWAYS =
      Map.of(
          "compression", Set.of("gzip"),
          "oci-mediatypes", Set.of("true", "1"),
          "image-manifest", Set.of("true", "1"),
          "force-compression", Set.of("false", "0"));

  private CacheRefOption() {}

  static CacheRef from(String text) {
    return parse(
        "--cache-from",
        text,
        Map.of("registry", FROM_REGISTRY, "local", FROM_LOCAL, "s3", FROM_S3, "gha", FROM_GITHUB),
        "src");
  }

  static CacheRef to(String text) {
    return parse(
        "--cache-to",
        text,
        Map.of(
            "registry", with(TO, "ref"),
            "local", with(TO, "dest", "tag"),
            "inline", Set.of(),
            "gha", with(FROM_GITHUB, "mode", "ignore-error"),
            "s3", with(FROM_S3, "mode", "ignore-error", "touch_refresh", "upload_parallelism")),
        "dest");
  }

  private static Set<String> with(Set<String> names, String... more) {
    Set<String> all = new TreeSet<>(names);
    all.addAll(Set.of(more));
    return all;
  }

  /// @param place the attribute that names a directory
  private static CacheRef parse(
      String option, String text, Map<String, Set<String>> types, String place) {
    if (text.indexOf('=') < 0) {
      ImageReference reference = UsageException.reading(option, () -> ImageReference.parse(text));
      return new CacheRef("registry", Map.of("ref", reference.toString()));
    }
    Attributes attributes = Attributes.parse(option, text);
    String type = attributes.require("type");
    Set<String> known = types.get(type);
    if (known == null) {
      throw UsageException.invalid(
          option,
          "unknown type '" + type + "'" + Nearest.hint(type, types.keySet()),
          String.join(", ", new TreeSet<>(types.keySet())));
    }
    ALWAYS.forEach((name, values) ->
        attributes
            .take(name)
            .filter(v -> !values.contains(v))
            .ifPresent(v -> {
              throw UsageException.unsupported(option + " " + name + "=" + v, "");
            }));
    if (type.equals("gha")) {
      newestOfGithub(option, attributes);
    }
    Map<String, String> values = new LinkedHashMap<>(attributes.rest(known));
    check(option, type, values, place);
    return new CacheRef(type, values);
  }

  /// GitHub ended version 1 of its service, whose address is `url`.
  private static void newestOfGithub(String option, Attributes attributes) {
    attributes
        .take("version")
        .filter(v -> !v.equals("2"))
        .ifPresent(v -> {
          throw UsageException.unsupported(option + " type=gha,version=" + v, "leave it out");
        });
    attributes
        .take("url")
        .ifPresent(u -> {
          throw UsageException.unsupported(
              option + " type=gha,url=...", "give url_v2, or neither: a job knows it");
        });
  }

  private static void check(String option, String type, Map<String, String> values, String place) {
    String needed = type.equals("registry") ? "ref" : type.equals("local") ? place : "";
    if (!needed.isEmpty() && values.getOrDefault(needed, "").isEmpty()) {
      throw UsageException.invalid(option, "type=" + type + " needs '" + needed + "=...'");
    }
    String mode = values.getOrDefault("mode", "min");
    if (!mode.equals("min") && !mode.equals("max")) {
      throw UsageException.invalid(option, "mode '" + mode + "' is not min or max");
    }
    if (values.containsKey("ignore-error")) {
      values.compute(
          "ignore-error",
          (n, v) -> Boolean.toString(Attributes.flag(option + " " + n, String.valueOf(v))));
    }
    if (values.containsKey("use_path_style")) {
      values.compute(
          "use_path_style",
          (n, v) -> Boolean.toString(Attributes.flag(option + " " + n, String.valueOf(v))));
    }
    if (values.containsKey("digest")) {
      Digest ignored =
          UsageException.reading(option, () -> Digest.parse(values.getOrDefault("digest", "")));
    }
    if (values.containsKey("ref")) {
      ImageReference ignored =
          UsageException.reading(
              option, () -> ImageReference.parse(values.getOrDefault("ref", "")));
    }
  }
}
