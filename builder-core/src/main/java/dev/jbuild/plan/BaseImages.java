package dev.jbuild.plan;

import dev.jbuild.oci.Platform;

/// Looks up base images while planning: manifests and configurations only, never a layer.
public interface BaseImages {

  /// Resolves `name` (a reference, as written) to the manifest for `platform`.
  ///
  /// A single manifest of another platform is returned as it is; the caller compares. Throws
  /// `InvalidInput` for a name that is none, `Unavailable` when no registry answers or none has it.
  /// Safe for several threads.
  Step.BaseImage resolve(String name, Platform platform);

  /// Resolves an image of an OCI layout directory, by tag or digest as written after `:` or `@`.
  Step.BaseImage resolveLayout(java.nio.file.Path directory, String selector, Platform platform);
}
