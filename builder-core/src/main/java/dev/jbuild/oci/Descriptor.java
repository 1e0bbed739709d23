package dev.jbuild.oci;

import java.util.Map;
import java.util.Optional;

/// A reference to content: what it is, its digest and its size in bytes (image-spec
/// `descriptor.md`).
public record Descriptor(
    String mediaType,
    Digest digest,
    long size,
    Optional<Platform> platform,
    Map<String, String> annotations,
    Optional<String> artifactType) {

  public Descriptor {
    annotations = Map.copyOf(annotations);
  }

  public static Descriptor of(String mediaType, Digest digest, long size) {
    return new Descriptor(mediaType, digest, size, Optional.empty(), Map.of(), Optional.empty());
  }

  public Descriptor withPlatform(Platform value) {
    return new Descriptor(mediaType, digest, size, Optional.of(value), annotations, artifactType);
  }

  public Descriptor withAnnotations(Map<String, String> value) {
    return new Descriptor(mediaType, digest, size, platform, value, artifactType);
  }

  public Descriptor withMediaType(String value) {
    return new Descriptor(value, digest, size, platform, annotations, artifactType);
  }
}
