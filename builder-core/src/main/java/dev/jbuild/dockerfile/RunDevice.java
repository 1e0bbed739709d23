package dev.jbuild.dockerfile;

import java.util.List;
import java.util.Locale;

/// What `RUN --device=` asks for: `[name=]NAME[,required[=BOOL]]`.
///
/// @param name of the Container Device Interface, `vendor/class=device`
/// @param required whether the step must not run without it
public record RunDevice(String name, boolean required) {

  private static final List<String> KEYS = List.of("name", "required");

  /// Throws [SyntaxError].
  static RunDevice parse(String text) {
    String name = "";
    boolean required = false;
    for (String field : CsvFields.split(text)) {
      int equals = field.indexOf('=');
      String key = (equals < 0 ? field : field.substring(0, equals)).toLowerCase(Locale.ROOT);
      if (key.equals("required")) {
        required = equals < 0 || truth(field.substring(equals + 1));
      } else if (!name.isEmpty()) {
        throw invalid(
            key.equals("name")
                ? "device name already set to " + name
                : "unexpected key '" + key + "' in '" + field + "'" + Nearest.hint(key, KEYS));
      } else {
        name = key.equals("name") && equals >= 0 ? field.substring(equals + 1) : field;
      }
    }
    if (name.isEmpty()) {
      throw invalid("--device names no device");
    }
    return new RunDevice(name, required);
  }

  private static boolean truth(String value) {
    return switch (value) {
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      case "0", "f", "F", "false", "FALSE", "False" -> false;
      default -> throw invalid("invalid value for required: " + value);
    };
  }

  private static SyntaxError invalid(String message) {
    return new SyntaxError("InvalidFlagValue", message);
  }

  /// As it could have been written.
  @Override
  public String toString() {
    return name + (required ? ",required" : "");
  }
}
