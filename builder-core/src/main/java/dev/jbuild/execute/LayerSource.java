package dev.jbuild.execute;

import dev.jbuild.cache.remote.RemoteLayers;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.snapshot.Layer;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/// The compressed bytes of layers: blobs at hand, and blobs of base images and of caches that can
/// be fetched.
final class LayerSource implements LayerTrees.LayerBytes {

  /// Only tells which blob of a base belongs to which layer.
  private static final String FETCHED = "fetched";

  private final BlobStore blobs;
  private final LayerBlobs known;
  private final BaseLayers bases;
  private final BaseFetcher fetcher;
  private final RemoteLayers remote;

  LayerSource(
      BlobStore blobs,
      LayerBlobs known,
      BaseLayers bases,
      BaseFetcher fetcher,
      RemoteLayers remote) {
    this.blobs = blobs;
    this.known = known;
    this.bases = bases;
    this.fetcher = fetcher;
    this.remote = remote;
  }

  @Override
  public boolean has(Layer layer) throws IOException {
    return bases.find(layer).isPresent()
        || own(layer).isPresent()
        || remote.find(layer.diffId()).isPresent();
  }

  @Override
  public void fetch(Layer layer) throws IOException {
    Optional<BaseLayers.BaseLayer> base = bases.find(layer);
    if (own(layer).isPresent()) {
      return;
    }
    if (base.isEmpty()) {
      remote.fetch(layer.diffId(), blobs);
    } else if (!isHere(base.get().blob())) {
      fetcher.fetch(base.get().image(), base.get().blob(), blobs);
      known.remember(layer.diffId(), FETCHED, base.get().blob());
    }
  }

  @Override
  public InputStream open(Layer layer) throws IOException {
    Optional<Descriptor> blob =
        own(layer)
            .or(() -> bases.find(layer).map(BaseLayers.BaseLayer::blob))
            .or(() -> remote.find(layer.diffId()));
    if (blob.isEmpty()) {
      throw new IOException(
          "layer " + layer.diffId() + " is neither here nor in a base image or cache");
    }
    return blobs.open(blob.get().digest());
  }

  private boolean isHere(Descriptor blob) throws IOException {
    return blobs.size(blob.digest()).orElse(-1) == blob.size();
  }

  /// A blob of our own making that is here.
  private Optional<Descriptor> own(Layer layer) throws IOException {
    for (String form : LayerBlobs.FORMS) {
      Optional<Descriptor> blob = known.find(layer.diffId(), form);
      if (blob.isPresent() && isHere(blob.get())) {
        return blob;
      }
    }
    return Optional.empty();
  }
}
