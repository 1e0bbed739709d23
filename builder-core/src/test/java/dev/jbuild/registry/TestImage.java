package dev.jbuild.registry;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/// An image with one layer of bytes that nobody unpacks.
record TestImage(byte[] layer, byte[] config, byte[] manifest) {

  static TestImage of(long seed, int size, String architecture) {
    byte[] layer = new byte[size];
    new Random(seed).nextBytes(layer);
    byte[] config =
        ("{\"os\":\"linux\",\"architecture\":\""
                + architecture
                + "\",\"config\":{},\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\""
                + Digest.of(layer)
                + "\"]}}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] manifest =
        OciJson.writeManifest(
            new Manifest(
                MediaTypes.OCI_MANIFEST,
                Descriptor.of(MediaTypes.OCI_CONFIG, Digest.of(config), config.length),
                List.of(Descriptor.of(MediaTypes.OCI_LAYER, Digest.of(layer), size)),
                Map.of("org.example", "kept")));
    return new TestImage(layer, config, manifest);
  }

  Descriptor layerBlob() {
    return Descriptor.of(MediaTypes.OCI_LAYER, Digest.of(layer), layer.length);
  }

  Descriptor configBlob() {
    return Descriptor.of(MediaTypes.OCI_CONFIG, Digest.of(config), config.length);
  }

  Descriptor descriptor(String platform) {
    return Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.of(manifest), manifest.length)
        .withPlatform(Platform.parse(platform));
  }

  Push.Upload upload(Optional<ImageReference> from) {
    return new Push.Upload(layerBlob(), from, () -> new ByteArrayInputStream(layer));
  }

  /// Everything under a tag.
  void push(Push push, Optional<ImageReference> from, String tag) {
    push.blobs(
        List.of(
            upload(from),
            new Push.Upload(
                configBlob(), Optional.empty(), () -> new ByteArrayInputStream(config))));
    push.manifest(MediaTypes.OCI_MANIFEST, manifest, tag);
  }

  static byte[] index(Descriptor... manifests) {
    return OciJson.writeIndex(new ImageIndex(MediaTypes.OCI_INDEX, List.of(manifests), Map.of()));
  }
}
