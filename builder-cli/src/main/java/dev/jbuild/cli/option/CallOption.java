package dev.jbuild.cli.option;

import java.util.Optional;
import java.util.Set;

/// `--call METHOD[,format=json]`: look at the Dockerfile instead of building it.
///
/// @param json whether the answer is JSON
public record CallOption(Method method, boolean json) {

  /// What to do.
  public enum Method {
    BUILD,
    CHECK,
    OUTLINE,
    TARGETS
  }

  /// Reads the option; absent means to build.
  public static CallOption parse(Optional<String> text) {
    if (text.isEmpty()) {
      return new CallOption(Method.BUILD, false);
    }
    String given = text.get();
    int comma = given.indexOf(',');
    String name = comma < 0 ? given : given.substring(0, comma);
    boolean json = false;
    if (comma >= 0) {
      Attributes attributes = Attributes.parse("--call", given.substring(comma + 1));
      json = json(attributes.take("format").orElse("text"));
      if (!attributes.rest(Set.of("format")).isEmpty()) {
        throw UsageException.invalid("--call", "'" + given + "' says format twice");
      }
    }
    return new CallOption(
        switch (name) {
          case "build" -> Method.BUILD;
          case "check", "lint" -> Method.CHECK;
          case "outline" -> Method.OUTLINE;
          case "targets" -> Method.TARGETS;
          default ->
              throw UsageException.invalid(
                  "--call", "unknown method '" + name + "'", "build, check, outline or targets");
        },
        json);
  }

  private static boolean json(String format) {
    return switch (format) {
      case "json" -> true;
      case "text" -> false;
      default ->
          throw UsageException.invalid("--call", "format '" + format + "' is not text or json");
    };
  }
}
