package dev.jbuild.oci;

import java.util.List;
import java.util.Map;

/// An image index (image-spec `image-index.md`): manifests, usually one for each platform.
public record ImageIndex(
    String mediaType, List<Descriptor> manifests, Map<String, String> annotations) {

  public ImageIndex {
    manifests = List.copyOf(manifests);
    annotations = Map.copyOf(annotations);
  }
}
