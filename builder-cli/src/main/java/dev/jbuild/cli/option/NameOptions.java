package dev.jbuild.cli.option;

import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Platform;
import java.util.Optional;

/// One image, by name.
public final class NameOptions extends OptionGroup {

  private final Value image = argument("IMAGE", "Name of the image");

  private final Value platform = value("--platform", "OS/ARCH", "This platform's only");

  public ImageReference image() {
    return UsageException.reading("IMAGE", () -> ImageReference.parse(image.get()));
  }

  public Optional<Platform> platform() {
    return platform
        .optional()
        .map(text -> UsageException.reading("--platform", () -> Platform.parse(text)));
  }
}
