package dev.jbuild.cache.remote;

import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.s3.Bucket;
import dev.jbuild.s3.Stored;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A cache in a bucket of S3: the document under a name, blobs by digest beside it, which caches of
/// other names share. A document is replaced on condition that it is the one that was read.
public final class S3Cache implements CacheStore {

  private final Bucket bucket;
  private final Layout layout;
  private final String document;
  private final Sent sent;

  /// Where things are in the bucket.
  ///
  /// @param blobs what keys of blobs begin with
  /// @param manifests what keys of documents begin with
  /// @param refresh blobs that were put longer ago and are used are made young again, so that rules
  ///   of the bucket on age leave them; zero or less: never
  public record Layout(String blobs, String manifests, Duration refresh) {}

  /// The blobs that this process knows to be there; caches of several names share them.
  private static final class Sent {
    private final Set<Digest> known = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<Digest, Object> locks = new ConcurrentHashMap<>();

    Object lock(Digest digest) {
      return locks.computeIfAbsent(digest, d -> new Object());
    }
  }

  /// @param bucket closed by who gives it
  /// @param name of the document
  public S3Cache(Bucket bucket, Layout layout, String name) {
    this(bucket, layout, name, new Sent());
  }

  private S3Cache(Bucket bucket, Layout layout, String name, Sent sent) {
    this.bucket = bucket;
    this.layout = layout;
    this.document = layout.manifests() + name;
    this.sent = sent;
  }

  /// A cache of another name with the same blobs, each of which is sent once.
  public S3Cache named(String name) {
    return new S3Cache(bucket, layout, name, sent);
  }

  @Override
  public String name() {
    return bucket.name(document);
  }

  @Override
  public Optional<Current> read() {
    try {
      return bucket
          .read(document, DocumentJson.MAX_BYTES)
          .map(found -> new Current(found.version(), List.of(found.bytes())));
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("BucketUnavailable", name() + ": " + e.getMessage())
              .help("if it is no cache, choose another name="),
          e);
    }
  }

  @Override
  public boolean replace(Optional<Current> seen, byte[] bytes, List<Descriptor> blobs) {
    if (!bucket.replace(document, bytes, seen.map(Current::version))) {
      return false;
    }
    if (!bucket.comparesAndSets()) {
      Settling.pause();
      return read().filter(now -> Arrays.equals(now.documents().getFirst(), bytes)).isPresent();
    }
    return true;
  }

  @Override
  public void send(Descriptor blob, Optional<ImageReference> from, Content content) {
    synchronized (sent.lock(blob.digest())) {
      if (sent.known.contains(blob.digest())) {
        return;
      }
      Optional<Stored> there = bucket.head(key(blob)).filter(s -> s.size() == blob.size());
      if (there.isEmpty()) {
        bucket.put(key(blob), blob.size(), content::open);
      } else if (isOld(there.get())) {
        bucket.touch(key(blob));
      }
      sent.known.add(blob.digest());
    }
  }

  private boolean isOld(Stored blob) {
    return layout.refresh().isPositive()
        && blob.modified().plus(layout.refresh()).isBefore(Instant.now());
  }

  @Override
  public void fetch(Descriptor blob, BlobStore into) throws IOException {
    into.store(
        blob.mediaType(),
        Optional.of(blob),
        out -> {
          if (!bucket.copy(key(blob), blob.size(), out)) {
            throw new IOException(key(blob) + " is not there");
          }
        });
  }

  private String key(Descriptor blob) {
    return layout.blobs() + blob.digest();
  }

  @Override
  public Optional<ImageReference> origin() {
    return Optional.empty();
  }

  @Override
  public boolean keepsBlobs() {
    return false;
  }
}
