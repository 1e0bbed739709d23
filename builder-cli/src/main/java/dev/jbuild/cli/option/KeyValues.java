package dev.jbuild.cli.option;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `NAME=VALUE` lists of options; the last one of a name wins.
final class KeyValues {

  private KeyValues() {}

  /// Build arguments: one without a value takes that of the environment, and is absent when there
  /// is none.
  static Map<String, String> arguments(List<String> given, Map<String, String> environment) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String each : given) {
      String name = name("--build-arg", each);
      if (each.length() > name.length()) {
        values.put(name, each.substring(name.length() + 1));
      } else if (environment.containsKey(name)) {
        values.put(name, environment.get(name));
      }
    }
    return values;
  }

  /// Labels: one without a value is empty.
  static Map<String, String> labels(List<String> given) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String each : given) {
      String name = name("--label", each);
      values.put(name, each.length() > name.length() ? each.substring(name.length() + 1) : "");
    }
    return values;
  }

  private static String name(String option, String text) {
    int equals = text.indexOf('=');
    String name = equals < 0 ? text : text.substring(0, equals);
    if (name.isBlank()) {
      throw UsageException.invalid(option, "'" + text + "' is not of the form NAME=VALUE");
    }
    return name;
  }
}
