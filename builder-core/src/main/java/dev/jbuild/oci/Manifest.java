package dev.jbuild.oci;

import java.util.List;
import java.util.Map;

/// An image manifest (image-spec `manifest.md`): one configuration and its layers, lowest first.
public record Manifest(
    String mediaType, Descriptor config, List<Descriptor> layers, Map<String, String> annotations) {

  public Manifest {
    layers = List.copyOf(layers);
    annotations = Map.copyOf(annotations);
  }
}
