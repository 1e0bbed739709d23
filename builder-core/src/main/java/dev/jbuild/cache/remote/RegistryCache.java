package dev.jbuild.cache.remote;

import dev.jbuild.content.BlobStore;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.registry.MovingTag;
import dev.jbuild.registry.Push;
import dev.jbuild.registry.Registries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A cache in a registry: an OCI image manifest whose configuration is the document and whose
/// layers are the blobs. Also reads what an image carries inside its own configuration.
public final class RegistryCache implements CacheStore {

  private static final int MAX_PLATFORMS = 16;

  private final ImageReference reference;
  private final String mediaType;
  private final Registries registries;
  private final MovingTag tag;
  private final Push push;

  /// @param mediaType of the document
  public RegistryCache(
      ImageReference reference, String mediaType, Registries registries, EventSink events) {
    this.reference = reference;
    this.mediaType = mediaType;
    this.registries = registries;
    this.tag = new MovingTag(registries, reference);
    this.push = new Push(registries, reference, events);
  }

  @Override
  public String name() {
    return reference.familiar();
  }

  @Override
  public Optional<Current> read() {
    return tag.manifest()
        .map(bytes -> {
          List<byte[]> documents = new ArrayList<>();
          if (OciJson.isIndex(bytes)) {
            OciJson.readIndex(bytes).manifests().stream()
                .filter(m -> MediaTypes.isManifest(m.mediaType()))
                .limit(MAX_PLATFORMS)
                .forEach(m -> document(tag.manifest(m.digest())).ifPresent(documents::add));
          } else {
            document(bytes).ifPresent(documents::add);
          }
          return new Current(Digest.of(bytes).toString(), documents);
        });
  }

  /// The document that a manifest has as its configuration, or an image inside it.
  private Optional<byte[]> document(byte[] manifest) {
    Descriptor config = OciJson.readManifest(manifest).config();
    if (config.mediaType().equals(mediaType)) {
      return Optional.of(tag.document(config, DocumentJson.MAX_BYTES));
    }
    boolean image =
        config.mediaType().equals(MediaTypes.OCI_CONFIG)
            || config.mediaType().equals(MediaTypes.DOCKER_CONFIG);
    return image && mediaType.equals(DocumentJson.MEDIA_TYPE)
        ? ConfigJson.inlineCache(tag.document(config, DocumentJson.MAX_BYTES))
        : Optional.empty();
  }

  @Override
  public boolean replace(Optional<Current> seen, byte[] document, List<Descriptor> blobs) {
    Optional<String> now = version();
    if (!now.equals(seen.map(Current::version))) {
      return false;
    }
    Descriptor config = Descriptor.of(mediaType, Digest.of(document), document.length);
    push.blobs(
        List.of(
            new Push.Upload(config, Optional.empty(), () -> new ByteArrayInputStream(document))));
    byte[] manifest =
        OciJson.writeManifest(new Manifest(MediaTypes.OCI_MANIFEST, config, blobs, Map.of()));
    push.manifest(MediaTypes.OCI_MANIFEST, manifest, reference.tagOrLatest());
    Settling.pause();
    return version().equals(Optional.of(Digest.of(manifest).toString()));
  }

  private Optional<String> version() {
    return tag.manifest().map(bytes -> Digest.of(bytes).toString());
  }

  @Override
  public void send(Descriptor blob, Optional<ImageReference> from, Content content) {
    push.blobs(List.of(new Push.Upload(blob, from, content::open)));
  }

  @Override
  public void fetch(Descriptor blob, BlobStore into) throws IOException {
    registries.pull(reference, blob, into);
  }

  @Override
  public Optional<ImageReference> origin() {
    return Optional.of(reference);
  }
}
