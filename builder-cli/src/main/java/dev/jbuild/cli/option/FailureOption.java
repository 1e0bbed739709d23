package dev.jbuild.cli.option;

import dev.jbuild.Output;
import dev.jbuild.oci.ImageReference;
import java.util.Map;
import java.util.Optional;

/// `--on-failure export:DIR` or `push:REF`: where what a failed step left goes.
final class FailureOption {

  private static final String OPTION = "--on-failure";

  private FailureOption() {}

  static Output parse(String text) {
    int colon = text.indexOf(':');
    String value = text.substring(colon + 1);
    if (colon < 0 || value.isEmpty()) {
      throw malformed(text);
    }
    return switch (text.substring(0, colon)) {
      case "export" -> Output.to(Output.Kind.LOCAL, ContextOption.path(OPTION, value).toString());
      case "push" ->
          new Output(
              Output.Kind.REGISTRY,
              Optional.empty(),
              Map.of("name", ImageReference.parse(value).toString()));
      default -> throw malformed(text);
    };
  }

  private static UsageException malformed(String text) {
    return UsageException.invalid(
        OPTION, "'" + text + "' is not of the form export:DIR or push:REF", "export:failed");
  }
}
