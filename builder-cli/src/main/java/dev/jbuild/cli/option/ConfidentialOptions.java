package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.util.Map;

/// What RUN steps may see and nobody may find in the image.
public final class ConfidentialOptions extends OptionGroup {

  private final MountedOptions mounted = include(new MountedOptions());

  private final Flag noLeakGuard =
      flag(
          "--no-leak-guard",
          "Do not fail when a step leaves a secret in its layer, its log or the image");

  BuildRequest.Confidential confidential(Map<String, String> environment) {
    return mounted.confidential(environment, !noLeakGuard.isGiven());
  }
}
