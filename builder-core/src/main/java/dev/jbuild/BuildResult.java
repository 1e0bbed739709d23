package dev.jbuild;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.util.List;

/// What a build made.
///
/// @param target the index when there are several platforms, else the one manifest
/// @param images one for each platform, in the order they were asked for
/// @param names the tags it was given
public record BuildResult(Descriptor target, List<Image> images, List<ImageReference> names) {

  public BuildResult {
    images = List.copyOf(images);
    names = List.copyOf(names);
  }

  /// The image of one platform; `config` is what Docker calls the image's ID.
  public record Image(Platform platform, Descriptor manifest, Digest config) {}

  public Digest digest() {
    return target.digest();
  }
}
