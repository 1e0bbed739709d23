package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.oci.ImageReference;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import picocli.CommandLine.Option;

/// What is taken from caches, and which are filled.
public final class CacheOptions {

  private static final Set<String> TYPES = Set.of("registry", "local", "inline");
  private static final Set<String> ELSEWHERE = Set.of("gha", "s3", "azblob");
  private static final Set<String> ATTRIBUTES =
      Set.of("ref", "src", "dest", "mode", "digest", "tag", "image-manifest", "ignore-error");

  @Option(names = "--no-cache", description = "Run every step")
  boolean noCache;

  @Option(
      names = "--no-cache-filter",
      paramLabel = "STAGE[,...]",
      description = "Run every step of these stages")
  List<String> noCacheFilter = new ArrayList<>();

  @Option(
      names = "--cache-from",
      paramLabel = "REF|type=...",
      description = "A cache to look in: an image, type=registry,ref=..., type=local,src=...")
  List<String> from = new ArrayList<>();

  @Option(
      names = "--cache-to",
      paramLabel = "REF|type=...",
      description =
          "A cache to fill: type=registry,ref=...[,mode=max], type=local,dest=..., type=inline")
  List<String> to = new ArrayList<>();

  @Option(
      names = "--explain",
      description = "Say of each step that is not in the cache what has changed")
  boolean explain;

  @Option(
      names = "--require-cached",
      description = "Fail at the first step that is not in the cache")
  boolean required;

  @Option(
      names = "--context-modes",
      paramLabel = "asis|git",
      description =
          "Modes of files in contexts: as they are (default), or 0644 and 0755 as git keeps them")
  String contextModes = "asis";

  private boolean gitModes() {
    return switch (contextModes) {
      case "git" -> true;
      case "asis" -> false;
      default ->
          throw UsageException.invalid(
              "--context-modes", "'" + contextModes + "' is not asis or git");
    };
  }

  public BuildRequest.CacheOptions cache() {
    Set<String> stages = new LinkedHashSet<>();
    for (String list : noCacheFilter) {
      for (String stage : list.split(",", -1)) {
        if (stage.isBlank()) {
          throw UsageException.invalid("--no-cache-filter", "a stage name is empty");
        }
        stages.add(stage.strip());
      }
    }
    return new BuildRequest.CacheOptions(
        noCache,
        stages,
        from.stream().map(text -> ref("--cache-from", text, "src")).toList(),
        to.stream().map(text -> ref("--cache-to", text, "dest")).toList(),
        required,
        explain,
        gitModes());
  }

  private static CacheRef ref(String option, String text, String place) {
    if (text.indexOf('=') < 0) {
      ImageReference reference = UsageException.reading(option, () -> ImageReference.parse(text));
      return new CacheRef("registry", Map.of("ref", reference.toString()));
    }
    Attributes attributes = Attributes.parse(option, text);
    String type = attributes.require("type");
    if (ELSEWHERE.contains(type)) {
      throw UsageException.unsupported(option + " type=" + type, "use type=registry or type=local");
    }
    if (!TYPES.contains(type)) {
      throw UsageException.invalid(
          option, "unknown type '" + type + "'" + Nearest.hint(type, TYPES));
    }
    Map<String, String> rest = attributes.rest(ATTRIBUTES);
    String needed = type.equals("registry") ? "ref" : type.equals("local") ? place : "";
    if (!needed.isEmpty() && rest.getOrDefault(needed, "").isEmpty()) {
      throw UsageException.invalid(option, "type=" + type + " needs '" + needed + "=...'");
    }
    String mode = rest.getOrDefault("mode", "min");
    if (!mode.equals("min") && !mode.equals("max")) {
      throw UsageException.invalid(option, "mode '" + mode + "' is not min or max");
    }
    if (type.equals("registry")) {
      ImageReference ignored =
          UsageException.reading(option, () -> ImageReference.parse(rest.getOrDefault("ref", "")));
    }
    return new CacheRef(type, rest);
  }
}
