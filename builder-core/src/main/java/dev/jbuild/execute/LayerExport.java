package dev.jbuild.execute;

import dev.jbuild.archive.ParallelGzip;
import dev.jbuild.cache.remote.RemoteLayers;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.LayerBlobs;
import dev.jbuild.export.BuiltImage.BuiltLayer;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.snapshot.Clamp;
import dev.jbuild.snapshot.Layer;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.LayerWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Layers on their way out of a build: those of the base as they came, our own compressed once and
/// remembered.
final class LayerExport {

  private static final String FORM = "gzip-6";

  private final LayerTrees trees;
  private final BaseLayers bases;
  private final BlobStore blobs;
  private final LayerBlobs known;
  private final BaseFetcher fetcher;
  private final RemoteLayers remote;
  private final Map<Digest, BuiltLayer> own = new ConcurrentHashMap<>();

  LayerExport(
      LayerTrees trees,
      BaseLayers bases,
      BlobStore blobs,
      LayerBlobs known,
      BaseFetcher fetcher,
      RemoteLayers remote) {
    this.trees = trees;
    this.bases = bases;
    this.blobs = blobs;
    this.known = known;
    this.fetcher = fetcher;
    this.remote = remote;
  }

  /// A layer with its times as they are.
  BuiltLayer layer(Layer layer, List<Layer> below) throws IOException {
    Optional<BaseLayers.BaseLayer> base = bases.find(layer);
    if (base.isPresent()) {
      return new FromBase(layer.diffId(), base.get());
    }
    Optional<Descriptor> elsewhere = remote.find(layer.diffId());
    return elsewhere.isPresent() && ownBlob(layer.diffId()).isEmpty()
        ? new FromCache(layer.diffId(), elsewhere.get())
        : own.computeIfAbsent(
            layer.chainId(), id -> new Own(layer, below, layer.diffId(), Clamp.NONE));
  }

  boolean isOfBase(Layer layer) {
    return bases.find(layer).isPresent();
  }

  /// Finds out what a layer of our own becomes when its times are limited.
  Digest clampedDiffId(Layer layer, List<Layer> below, Clamp clamp) throws IOException {
    return write(layer, below, clamp, OutputStream.nullOutputStream());
  }

  /// Such a layer.
  ///
  /// @param diffId as [#clampedDiffId] found it
  BuiltLayer clamped(Layer layer, List<Layer> below, Clamp clamp, Digest diffId) {
    return new Own(layer, below, diffId, clamp);
  }

  /// Such a layer whose compressed form is here or in a cache.
  Optional<BuiltLayer> clampedAtHand(Layer layer, List<Layer> below, Clamp clamp, Digest diffId)
      throws IOException {
    if (ownBlob(diffId).isPresent()) {
      return Optional.of(clamped(layer, below, clamp, diffId));
    }
    return remote.find(diffId).map(blob -> new FromCache(diffId, blob));
  }

  private Digest write(Layer layer, List<Layer> below, Clamp clamp, OutputStream out)
      throws IOException {
    if (trees.liesAnywhere(layer)) {
      try (LayerStack nothing = LayerStack.open(List.of())) {
        return LayerWriter.write(trees.whole(layer), nothing, clamp, out);
      }
    }
    trees.paths(Snapshot.of(chain(below, layer), Instant.EPOCH));
    List<Path> lowers = below.reversed().stream().map(trees::path).distinct().toList();
    try (LayerStack stack = LayerStack.open(lowers)) {
      return LayerWriter.write(trees.path(layer), stack, clamp, out);
    }
  }

  /// A compressed form of our own making that is here.
  private Optional<Descriptor> ownBlob(Digest diffId) throws IOException {
    Optional<Descriptor> blob = known.find(diffId, FORM);
    return blob.isPresent() && blobs.size(blob.get().digest()).orElse(-1) == blob.get().size()
        ? blob
        : Optional.empty();
  }

  private static List<Digest> chain(List<Layer> below, Layer layer) {
    List<Digest> diffIds = new java.util.ArrayList<>(below.stream().map(Layer::diffId).toList());
    diffIds.add(layer.diffId());
    return diffIds;
  }

  private final class FromBase implements BuiltLayer {
    private final Digest diffId;
    private final BaseLayers.BaseLayer base;

    FromBase(Digest diffId, BaseLayers.BaseLayer base) {
      this.diffId = diffId;
      this.base = base;
    }

    @Override
    public Digest diffId() {
      return diffId;
    }

    @Override
    public Descriptor descriptor() {
      Descriptor blob = base.blob();
      return Descriptor.of(MediaTypes.ociLayer(blob.mediaType()), blob.digest(), blob.size());
    }

    @Override
    public void materialize() throws IOException {
      if (blobs.size(base.blob().digest()).orElse(-1) != base.blob().size()) {
        fetcher.fetch(base.image(), base.blob(), blobs);
      }
    }

    @Override
    public Optional<ImageReference> origin() {
      return base.image().reference();
    }
  }

  /// A layer that a cache has, and that nobody here looked into.
  private final class FromCache implements BuiltLayer {
    private final Digest diffId;
    private final Descriptor blob;

    FromCache(Digest diffId, Descriptor blob) {
      this.diffId = diffId;
      this.blob = blob;
    }

    @Override
    public Digest diffId() {
      return diffId;
    }

    @Override
    public Descriptor descriptor() {
      return blob;
    }

    @Override
    public void materialize() throws IOException {
      remote.fetch(diffId, blobs);
    }

    @Override
    public Optional<ImageReference> origin() {
      return remote.origin(diffId);
    }
  }

  private final class Own implements BuiltLayer {
    private final Layer layer;
    private final List<Layer> below;
    private final Digest diffId;
    private final Clamp clamp;

    Own(Layer layer, List<Layer> below, Digest diffId, Clamp clamp) {
      this.layer = layer;
      this.below = List.copyOf(below);
      this.diffId = diffId;
      this.clamp = clamp;
    }

    @Override
    public Digest diffId() {
      return diffId;
    }

    @Override
    public synchronized Descriptor descriptor() throws IOException {
      Optional<Descriptor> before = ownBlob(diffId);
      if (before.isPresent()) {
        return before.get();
      }
      Descriptor made = blobs.store(MediaTypes.OCI_LAYER_GZIP, Optional.empty(), this::compress);
      known.remember(diffId, FORM, made);
      return made;
    }

    private void compress(OutputStream out) throws IOException {
      int threads = Math.max(1, Runtime.getRuntime().availableProcessors());
      Digest written;
      try (ParallelGzip gzip =
          new ParallelGzip(new Unclosed(out), ParallelGzip.DEFAULT_LEVEL, threads)) {
        written = write(layer, below, clamp, gzip);
      }
      if (!written.equals(diffId)) {
        throw new IOException("the tree of layer " + diffId + " was changed");
      }
    }

    @Override
    public void materialize() throws IOException {
      descriptor();
    }

    @Override
    public Optional<ImageReference> origin() {
      return Optional.empty();
    }
  }

  /// The blob store closes its own stream.
  private static final class Unclosed extends java.io.FilterOutputStream {
    Unclosed(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
    }

    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
