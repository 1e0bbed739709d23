package dev.jbuild;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.cache.github.WorkflowAccess;
import dev.jbuild.cache.github.WorkflowCache;
import dev.jbuild.cache.remote.CacheExport;
import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.cache.remote.DirectoryCache;
import dev.jbuild.cache.remote.DocumentJson;
import dev.jbuild.cache.remote.GithubCache;
import dev.jbuild.cache.remote.RegistryCache;
import dev.jbuild.cache.remote.S3Cache;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.dockerfile.GoDuration;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.registry.Registries;
import dev.jbuild.s3.Bucket;
import dev.jbuild.s3.S3Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The places of `--cache-from` and `--cache-to`. Contacts none of them.
final class CacheStores implements AutoCloseable {

  /// Not the one of other builders, whose documents are of another form.
  private static final String NAME = "jbuild";

  private static final String DAY = "24h";
  private static final String TEN_MINUTES = "10m";
  private static final int TO_BUCKETS_AT_ONCE = 4;

  private final Registries registries;
  private final EventSink events;
  private final List<Bucket> buckets = new ArrayList<>();

  CacheStores(Registries registries, EventSink events) {
    this.registries = registries;
    this.events = events;
  }

  /// A cache to look in. Throws [InvalidInput].
  CacheStore from(CacheRef ref) {
    return switch (ref.type()) {
      case "s3" -> bucket(ref).getFirst();
      case "gha" -> github(ref);
      default -> store(ref, "src");
    };
  }

  /// The caches that one `--cache-to` fills: none for an inline one, several for one of several
  /// names. Throws [InvalidInput], and what is said outside a workflow before anything is built.
  List<CacheStore> to(CacheRef ref) {
    return switch (ref.type()) {
      case "inline" -> List.of();
      case "gha" -> {
        if (!ignoresErrors(ref)) {
          var _ = access(ref);
        }
        yield List.of(github(ref));
      }
      case "s3" -> bucket(ref);
      default -> List.of(store(ref, "dest"));
    };
  }

  CacheExport.Options options(CacheRef ref, Optional<Seal> signing) {
    Map<String, String> attributes = ref.attributes();
    return new CacheExport.Options(
        attributes.getOrDefault("mode", "min").equals("max"),
        ignoresErrors(ref),
        ref.type().equals("s3") ? parallelism(attributes) : CacheExport.AT_ONCE,
        signing);
  }

  private static boolean ignoresErrors(CacheRef ref) {
    return Boolean.parseBoolean(ref.attributes().getOrDefault("ignore-error", "false"));
  }

  private static WorkflowAccess access(CacheRef ref) {
    String timeout = ref.attributes().getOrDefault("timeout", TEN_MINUTES);
    return WorkflowAccess.of(
        ref.attributes(), System.getenv(), duration(timeout, "type=gha: timeout"));
  }

  private static CacheStore github(CacheRef ref) {
    String scope = ref.attributes().getOrDefault("scope", NAME);
    return new GithubCache(() -> new WorkflowCache(access(ref), GithubCache.VERSION), scope);
  }

  private static Duration duration(String text, String what) {
    return GoDuration.parse(text)
        .map(Duration::ofNanos)
        .orElseThrow(() ->
            new InvalidInput(
                Problem.error("InvalidDuration", what + " '" + text + "' is no duration")
                    .help("for example 10m or 24h")));
  }

  private static int parallelism(Map<String, String> attributes) {
    String text = attributes.getOrDefault("upload_parallelism", "" + TO_BUCKETS_AT_ONCE);
    if (!text.matches("[1-9]\\d{0,2}")) {
      throw invalid("upload_parallelism '" + text + "' is no number from 1 to 999");
    }
    return Integer.parseInt(text);
  }

  private List<CacheStore> bucket(CacheRef ref) {
    Map<String, String> attributes = ref.attributes();
    Bucket bucket = new Bucket(S3Place.of(attributes, System.getenv()));
    buckets.add(bucket);
    Duration refresh =
        duration(attributes.getOrDefault("touch_refresh", DAY), "type=s3: touch_refresh");
    S3Cache.Layout layout =
        new S3Cache.Layout(
            attributes.getOrDefault("blobs_prefix", "blobs/"),
            attributes.getOrDefault("manifests_prefix", "manifests/"),
            refresh);
    List<String> names =
        Arrays.stream(attributes.getOrDefault("name", NAME).split(";"))
            .filter(n -> !n.isBlank())
            .distinct()
            .toList();
    if (names.isEmpty()) {
      throw invalid("name= is empty");
    }
    S3Cache first = new S3Cache(bucket, layout, names.getFirst());
    List<CacheStore> all = new ArrayList<>(List.of(first));
    names.stream().skip(1).map(first::named).forEach(all::add);
    return all;
  }

  private static InvalidInput invalid(String what) {
    return new InvalidInput(
        Problem.error("InvalidBucket", "type=s3: " + what)
            .help("docs/cache-sharing.md lists the attributes"));
  }

  private CacheStore store(CacheRef ref, String place) {
    Map<String, String> attributes = ref.attributes();
    return switch (ref.type()) {
      case "registry" ->
          new RegistryCache(
              ImageReference.parse(attributes.getOrDefault("ref", "")),
              DocumentJson.MEDIA_TYPE,
              registries,
              events);
      case "local" ->
          new DirectoryCache(
              Path.of(attributes.getOrDefault(place, "")),
              attributes.getOrDefault("tag", "latest"),
              Optional.ofNullable(attributes.get("digest")).map(Digest::parse),
              DocumentJson.MEDIA_TYPE);
      default ->
          throw new InvalidInput(
              Problem.error("UnknownCache", "there is no cache of type " + ref.type())
                  .help("registry, local, inline, s3 or gha"));
    };
  }

  @Override
  public void close() {
    buckets.forEach(Bucket::close);
  }
}
