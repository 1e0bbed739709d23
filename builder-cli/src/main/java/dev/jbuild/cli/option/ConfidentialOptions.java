package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// What RUN steps may see and nobody may find in the image.
public final class ConfidentialOptions {

  @Mixin MountedOptions mounted = new MountedOptions();

  @Option(
      names = "--no-leak-guard",
      description = "Do not fail when a step leaves a secret in its layer, its log or the image")
  boolean noLeakGuard;

  BuildRequest.Confidential confidential(Map<String, String> environment) {
    return mounted.confidential(environment, !noLeakGuard);
  }
}
