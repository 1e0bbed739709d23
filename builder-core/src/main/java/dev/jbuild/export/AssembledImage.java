package dev.jbuild.export;

import dev.jbuild.export.BuiltImage.BuiltLayer;
import dev.jbuild.oci.ConfigJson;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The documents of a build's result: a manifest and a configuration for each image, and an index
/// if there are several.
///
/// @param images one for each platform
/// @param index the index's bytes; absent for one image
public record AssembledImage(List<Single> images, Optional<byte[]> index) {

  /// One image's documents.
  public record Single(
      BuiltImage image,
      byte[] config,
      byte[] manifest,
      Descriptor configDescriptor,
      Descriptor descriptor) {}

  public AssembledImage {
    images = List.copyOf(images);
  }

  /// Makes the documents; layers that were never compressed are.
  public static AssembledImage of(List<BuiltImage> built) throws IOException {
    List<Single> images = new ArrayList<>();
    for (BuiltImage image : built) {
      images.add(single(image));
    }
    Optional<byte[]> index =
        images.size() == 1
            ? Optional.empty()
            : Optional.of(
                OciJson.writeIndex(
                    new ImageIndex(
                        MediaTypes.OCI_INDEX,
                        images.stream().map(Single::descriptor).toList(),
                        Map.of())));
    return new AssembledImage(images, index);
  }

  private static Single single(BuiltImage image) throws IOException {
    byte[] config = ConfigJson.write(image.config());
    Descriptor configDescriptor =
        Descriptor.of(MediaTypes.OCI_CONFIG, Digest.of(config), config.length);
    List<Descriptor> layers = new ArrayList<>();
    for (BuiltLayer layer : image.layers()) {
      layers.add(layer.descriptor());
    }
    byte[] manifest =
        OciJson.writeManifest(
            new Manifest(MediaTypes.OCI_MANIFEST, configDescriptor, layers, Map.of()));
    Descriptor descriptor =
        Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.of(manifest), manifest.length)
            .withPlatform(image.config().platform());
    return new Single(image, config, manifest, configDescriptor, descriptor);
  }

  /// What names the whole result: the index, or the only manifest.
  public Descriptor root() {
    if (index.isEmpty()) {
      return images.getFirst().descriptor();
    }
    byte[] bytes = index.get();
    return Descriptor.of(MediaTypes.OCI_INDEX, Digest.of(bytes), bytes.length);
  }
}
