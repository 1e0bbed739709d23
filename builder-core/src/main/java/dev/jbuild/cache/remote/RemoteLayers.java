package dev.jbuild.cache.remote;

import dev.jbuild.archive.Compression;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The layers that caches of this build can give: known by diff ID, fetched only when asked for.
/// Safe for several threads.
public final class RemoteLayers {

  private record Source(CacheStore store, Descriptor blob) {}

  /// A layer that unpacks to more than this and is so much larger than its blob is refused: running
  /// its step costs less than filling the disk with what somebody who can write to a cache thought
  /// of.
  private static final long SMALL = 512L << 20;

  private static final long MOST_TIMES_LARGER = 100;
  private static final int BUFFER = 64 << 10;

  private final Map<Digest, Source> sources = new ConcurrentHashMap<>();
  private final Map<Digest, Object> locks = new ConcurrentHashMap<>();
  private final Set<Digest> checked = ConcurrentHashMap.newKeySet();
  private final Set<Digest> lost = ConcurrentHashMap.newKeySet();

  void offer(StoredLayer layer, CacheStore store) {
    if (layer.blob().isPresent() && !lost.contains(layer.diffId())) {
      sources.putIfAbsent(layer.diffId(), new Source(store, layer.blob().get()));
    }
  }

  /// The compressed form of a layer in a cache.
  public Optional<Descriptor> find(Digest diffId) {
    return Optional.ofNullable(sources.get(diffId)).map(Source::blob);
  }

  /// A repository that it can be mounted from.
  public Optional<ImageReference> origin(Digest diffId) {
    return Optional.ofNullable(sources.get(diffId)).flatMap(s -> s.store().origin());
  }

  /// Brings the compressed form here, and makes sure that it is the layer it is said to be.
  ///
  /// Throws [LayerLost] when that fails; the layer is not offered again then.
  public void fetch(Digest diffId, BlobStore into) throws IOException {
    Source source = sources.get(diffId);
    if (source == null) {
      throw new IOException("no cache has layer " + diffId);
    }
    synchronized (locks.computeIfAbsent(diffId, d -> new Object())) {
      Descriptor blob = source.blob();
      boolean here = into.size(blob.digest()).orElse(-1) == blob.size();
      if (here && checked.contains(diffId)) {
        return;
      }
      try {
        if (!here) {
          source.store().fetch(blob, into);
        }
        check(diffId, blob, into);
        checked.add(diffId);
      } catch (dev.jbuild.problem.Canceled e) {
        throw e;
      } catch (IOException | UncheckedIOException | BuildException e) {
        lost.add(diffId);
        sources.remove(diffId);
        throw new LayerLost(diffId, source.store().name(), String.valueOf(e.getMessage()), e);
      }
    }
  }

  private static void discard(InputStream in, long most) throws IOException {
    byte[] buffer = new byte[BUFFER];
    long left = most;
    for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
      left -= read;
      if (left < 0) {
        throw new IOException("it unpacks to more than " + (most >> 20) + " MB");
      }
    }
  }

  /// A valid blob may still be another layer.
  private static void check(Digest diffId, Descriptor blob, BlobStore from) throws IOException {
    try (InputStream raw = from.open(blob.digest());
        DigestInputStream plain =
            new DigestInputStream(Compression.decompress(raw), Digest.sha256())) {
      discard(plain, Math.max(SMALL, blob.size() * MOST_TIMES_LARGER));
      Digest found = Digest.of(plain.getMessageDigest());
      if (!found.equals(diffId)) {
        throw new IOException("it holds " + found + " instead of " + diffId);
      }
    }
  }
}
