package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.MountCache;
import dev.jbuild.dockerfile.ByteSize;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.s3.S3Place;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/// One `--cache-mounts-from` or `--cache-mounts-to`.
final class MountCacheOption {

  private static final Set<String> S3 = bucket();

  private final String option;
  private final Attributes attributes;

  private MountCacheOption(String option, String text) {
    this.option = option;
    this.attributes = Attributes.parse(option, text);
  }

  static MountCache from(String text) {
    MountCacheOption given = new MountCacheOption("--cache-mounts-from", text);
    String scope = given.scope("scope").orElse(MountCache.DEFAULT_SCOPE);
    Optional<String> defaultScope = given.scope("default-scope");
    return new MountCache(
        given.place("src", Set.of("ids", "max-age")),
        scope,
        defaultScope,
        given.ids(),
        OptionalLong.empty(),
        given.age(),
        false);
  }

  static MountCache to(String text) {
    MountCacheOption given = new MountCacheOption("--cache-mounts-to", text);
    if (given.attributes.take("default-scope").isPresent()) {
      throw UsageException.invalid(
          given.option,
          "a build writes its own scope only",
          "default-scope=... is for --cache-mounts-from; the scope that is written is scope=...");
    }
    String scope = given.scope("scope").orElse(MountCache.DEFAULT_SCOPE);
    boolean ignoreError = given.attributes.takeFlag("ignore-error", false);
    return new MountCache(
        given.place("dest", Set.of("ids", "max-age", "max-size")),
        scope,
        Optional.empty(),
        given.ids(),
        given.size(),
        given.age(),
        ignoreError);
  }

  /// An empty one is a variable that is not set: it must not become the scope of others.
  private Optional<String> scope(String name) {
    Optional<String> scope = attributes.take(name);
    if (scope.filter(s -> s.isBlank() || s.length() > 250).isPresent()) {
      throw UsageException.invalid(
          option, name + "= is empty or too long", "give the name of a branch, or leave it out");
    }
    return scope;
  }

  private CacheRef place(String directory, Set<String> others) {
    String type = attributes.require("type");
    Map<String, Set<String>> types =
        Map.of("registry", Set.of("ref"), "local", Set.of(directory, "tag"), "s3", S3);
    String kind = type.equals("dir") ? "local" : type;
    Set<String> own = types.get(kind);
    if (own == null) {
      throw UsageException.invalid(
          option,
          "unknown type '" + type + "'" + Nearest.hint(type, types.keySet()),
          String.join(", ", new TreeSet<>(types.keySet())));
    }
    Set<String> known = new TreeSet<>(own);
    known.addAll(others);
    Map<String, String> values = new LinkedHashMap<>(attributes.rest(known));
    values.keySet().retainAll(own);
    String needed =
        switch (kind) {
          case "registry" -> "ref";
          case "local" -> directory;
          default -> "";
        };
    if (!needed.isEmpty() && values.getOrDefault(needed, "").isEmpty()) {
      throw UsageException.invalid(option, "type=" + type + " needs '" + needed + "=...'");
    }
    values.computeIfPresent(
        "use_path_style", (n, v) -> Boolean.toString(Attributes.flag(option + " " + n, v)));
    if (values.containsKey("ref")) {
      ImageReference ignored =
          UsageException.reading(
              option, () -> ImageReference.parse(values.getOrDefault("ref", "")));
    }
    return new CacheRef(kind, values);
  }

  private static Set<String> bucket() {
    Set<String> names = new TreeSet<>(S3Place.ATTRIBUTES);
    names.addAll(Set.of("name", "blobs_prefix", "manifests_prefix", "touch_refresh"));
    return names;
  }

  private Set<String> ids() {
    Set<String> ids = new LinkedHashSet<>();
    for (String id : attributes.take("ids").map(l -> l.split("[;,]", -1)).orElse(new String[0])) {
      if (id.isBlank()) {
        throw UsageException.invalid(option, "an id in ids= is empty");
      }
      ids.add(id.strip());
    }
    return ids;
  }

  private OptionalLong size() {
    Optional<String> size = attributes.take("max-size");
    if (size.isEmpty()) {
      return OptionalLong.empty();
    }
    return OptionalLong.of(
        ByteSize.parse(size.get())
            .filter(bytes -> bytes > 0)
            .orElseThrow(() ->
                UsageException.invalid(
                    option, "max-size '" + size.get() + "' is not a size, for example 2GB")));
  }

  private OptionalLong age() {
    return attributes
        .take("max-age")
        .map(age -> OptionalLong.of(PruneOptions.duration(option + " max-age", age).toSeconds()))
        .orElse(OptionalLong.empty());
  }
}
