package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.InvalidInput;

/// Rules about FROM lines.
final class FromRules {

  private final Variables globals;
  private final Variables defaults;
  private final Findings findings;

  /// @param defaults the globals as they are without build arguments
  FromRules(Variables globals, Variables defaults, Findings findings) {
    this.globals = globals;
    this.defaults = defaults;
    this.findings = findings;
  }

  void check(Stage stage) {
    Instruction.From from = stage.from();
    globals.takeUndefined();
    globals.expand(from.image());
    from.platform().ifPresent(globals::expand);
    for (String name : globals.takeUndefined()) {
      findings.add(
          Rule.UNDEFINED_ARG_IN_FROM,
          from,
          "FROM argument '" + name + "' is not declared" + Nearest.hint(name, globals.names()));
    }
    if (from.image().contains("$") && !isReference(defaults.expand(from.image()))) {
      findings.add(
          Rule.INVALID_DEFAULT_ARG_IN_FROM,
          from,
          "Default value for ARG " + from.image() + " results in empty or invalid base image name");
    }
    from.platform().ifPresent(platform -> platform(from, platform));
  }

  private static boolean isReference(String text) {
    try {
      ImageReference.parse(text);
      return true;
    } catch (InvalidInput e) {
      return false;
    }
  }

  private void platform(Instruction.From from, String platform) {
    if (platform.equals("$TARGETPLATFORM") || platform.equals("${TARGETPLATFORM}")) {
      findings.add(
          Rule.REDUNDANT_TARGET_PLATFORM,
          from,
          "Setting platform to predefined "
              + platform
              + " in FROM is redundant as this is the default behavior");
    }
    if (!platform.contains("$") && !named(from, platform)) {
      findings.add(
          Rule.FROM_PLATFORM_FLAG_CONST_DISALLOWED,
          from,
          "FROM --platform flag should not use constant value \"" + platform + "\"");
    }
  }

  /// A stage that says in its name which platform it is for means it.
  private static boolean named(Instruction.From from, String platform) {
    String[] parts = platform.split("/");
    for (int i = 0; i < Math.min(2, parts.length); i++) {
      String part = parts[i];
      if (!part.isEmpty() && from.name().filter(name -> name.contains(part)).isPresent()) {
        return true;
      }
    }
    return false;
  }
}
