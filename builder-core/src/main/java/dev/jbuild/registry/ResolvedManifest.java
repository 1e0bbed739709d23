package dev.jbuild.registry;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.Platform;

/// An image of a registry, down to one manifest.
///
/// @param platform the one the image says it is for
public record ResolvedManifest(
    ImageReference reference,
    Platform platform,
    Descriptor descriptor,
    Manifest manifest,
    ImageConfig config) {}
