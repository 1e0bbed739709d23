package dev.jbuild;

import dev.jbuild.BuildRequest.CacheRef;
import dev.jbuild.BuildRequest.MountCache;
import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.cache.remote.DirectoryCache;
import dev.jbuild.cache.remote.RegistryCache;
import dev.jbuild.cache.remote.Seal;
import dev.jbuild.cachemount.MountCarrier;
import dev.jbuild.cachemount.MountDocumentJson;
import dev.jbuild.cachemount.MountPlace;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.registry.Registries;
import dev.jbuild.registry.RegistryOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Where the cache mounts of a build are kept: each scope of a place is a tag of its own.
final class MountPlaces implements AutoCloseable {

  /// The tag where none is given.
  private static final String TAG = "mounts";

  /// Scopes that can be part of a tag as they are; those that end like a hash are not among them,
  /// so that no two scopes have the same tag.
  private static final Pattern PLAIN = Pattern.compile("[a-z0-9][a-z0-9._-]{0,59}");

  private static final Pattern LIKE_HASH = Pattern.compile(".*-[0-9a-f]{12}");

  private final CacheStores stores;
  private final RegistryOptions options;
  private final EventSink events;
  private final EventSink withoutBlobs;
  private @Nullable Registries registries;

  /// @param stores opens buckets, and closes them
  MountPlaces(CacheStores stores, RegistryOptions options, EventSink events) {
    this.stores = stores;
    this.options = options;
    this.events = events;
    this.withoutBlobs =
        event -> {
          if (!(event instanceof BuildEvent.Transferred)) {
            events.accept(event);
          }
        };
  }

  /// A mount is hundreds of blobs, of which nobody wants to be told one by one: what was carried is
  /// told for the mount.
  private Registries registries() {
    Registries known = registries;
    if (known == null) {
      known = new Registries(options, withoutBlobs);
      registries = known;
    }
    return known;
  }

  @Override
  public void close() throws IOException {
    if (registries != null) {
      registries.close();
    }
  }

  MountCarrier carrier(
      BuildRequest.MountCaches caches, Optional<Seal> checking, Optional<Seal> signing) {
    List<MountPlace> from = new ArrayList<>();
    for (MountCache cache : caches.from()) {
      from.add(place(cache, cache.scope(), "src"));
      cache
          .defaultScope()
          .filter(s -> !s.equals(cache.scope()))
          .ifPresent(s -> from.add(place(cache, s, "src")));
    }
    List<MountPlace> to =
        caches.to().stream().map(cache -> place(cache, cache.scope(), "dest")).toList();
    return new MountCarrier(from, to, checking, signing, events);
  }

  private MountPlace place(MountCache cache, String scope, String directory) {
    return new MountPlace(
        store(cache.place(), scope, directory),
        scope,
        new MountPlace.Rules(
            cache.ids(),
            cache.maxBytes().orElse(Long.MAX_VALUE),
            cache.maxAgeSeconds().isPresent()
                ? Optional.of(Duration.ofSeconds(cache.maxAgeSeconds().getAsLong()))
                : Optional.empty(),
            cache.ignoreError()));
  }

  private CacheStore store(CacheRef ref, String scope, String directory) {
    return switch (ref.type()) {
      case "registry" ->
          new RegistryCache(
              tagged(ImageReference.parse(ref.attributes().getOrDefault("ref", "")), scope),
              MountDocumentJson.MEDIA_TYPE,
              registries(),
              withoutBlobs);
      case "local" ->
          new DirectoryCache(
              Path.of(ref.attributes().getOrDefault(directory, "")),
              tag(ref.attributes().getOrDefault("tag", TAG), scope),
              Optional.empty(),
              MountDocumentJson.MEDIA_TYPE);
      case "s3" -> {
        Map<String, String> attributes = new HashMap<>(ref.attributes());
        String base = attributes.getOrDefault("name", TAG);
        if (base.contains(";")) {
          throw new InvalidInput(
              Problem.error("InvalidBucket", "type=s3: name=" + base + " is several names")
                  .help("give --cache-mounts-to once for each"));
        }
        attributes.put("name", tag(base, scope));
        yield stores.from(new CacheRef("s3", attributes));
      }
      default ->
          throw new InvalidInput(
              Problem.error(
                      "UnknownCache",
                      "cache mounts cannot be kept in a cache of type " + ref.type())
                  .help("registry, local or s3"));
    };
  }

  private static ImageReference tagged(ImageReference reference, String scope) {
    if (reference.digest().isPresent()) {
      throw new InvalidInput(
          Problem.error(
                  "InvalidReference", reference.familiar() + " cannot change: it has a digest")
              .help("give a tag instead"));
    }
    return new ImageReference(
        reference.registry(),
        reference.repository(),
        Optional.of(tag(reference.tag().orElse(TAG), scope)),
        Optional.empty());
  }

  /// The tag of a scope, no other scope's. Tags are no longer than 128 characters.
  static String tag(String base, String scope) {
    if (PLAIN.matcher(scope).matches() && !LIKE_HASH.matcher(scope).matches()) {
      return base + "-" + scope;
    }
    String readable = scope.replaceAll("[^A-Za-z0-9._-]+", "-");
    return base
        + "-"
        + readable.substring(0, Math.min(readable.length(), 40))
        + "-"
        + Digest.ofUtf8(scope).shortHex();
  }
}
