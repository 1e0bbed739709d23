package dev.jbuild.cli.option;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// One image, by name.
public final class NameOptions {

  @Parameters(paramLabel = "IMAGE", description = "Name of the image")
  String image = "";

  @Option(names = "--platform", paramLabel = "OS/ARCH", description = "This platform's only")
  @Nullable String platform;

  public ImageReference image() {
    return UsageException.reading("IMAGE", () -> ImageReference.parse(image));
  }

  public Optional<Platform> platform() {
    return Optional.ofNullable(platform)
        .map(text -> UsageException.reading("--platform", () -> Platform.parse(text)));
  }
}
