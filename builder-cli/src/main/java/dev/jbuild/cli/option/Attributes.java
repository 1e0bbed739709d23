package dev.jbuild.cli.option;

import dev.jbuild.dockerfile.CsvFields;
import dev.jbuild.dockerfile.Nearest;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/// The value of an option that is a list of attributes, `type=oci,dest=out.tar`.
final class Attributes {

  private final String option;
  private final Map<String, String> values;

  private Attributes(String option, Map<String, String> values) {
    this.option = option;
    this.values = values;
  }

  /// Reads `text`; names are case-insensitive, each at most once, each with a value.
  static Attributes parse(String option, String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String field : CsvFields.split(text)) {
      int equals = field.indexOf('=');
      if (equals <= 0) {
        throw UsageException.invalid(
            option, "'" + field + "' of '" + text + "' is not of the form name=value");
      }
      String name = field.substring(0, equals).strip().toLowerCase(Locale.ROOT);
      if (values.put(name, field.substring(equals + 1)) != null) {
        throw UsageException.invalid(option, "'" + name + "' is given twice in '" + text + "'");
      }
    }
    return new Attributes(option, values);
  }

  /// Takes the attribute out of this list.
  Optional<String> take(String name) {
    return Optional.ofNullable(values.remove(name));
  }

  String require(String name) {
    return take(name)
        .filter(v -> !v.isEmpty())
        .orElseThrow(() -> UsageException.invalid(option, "'" + name + "=...' is missing"));
  }

  boolean takeFlag(String name, boolean otherwise) {
    return take(name).map(v -> flag(option + " " + name, v)).orElse(otherwise);
  }

  static boolean flag(String option, String value) {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "true", "1", "t" -> true;
      case "false", "0", "f" -> false;
      default -> throw UsageException.invalid(option, "'" + value + "' is not true or false");
    };
  }

  /// What was not taken; every name must be one of `known`.
  Map<String, String> rest(Collection<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw UsageException.invalid(
            option,
            "unknown attribute '" + name + "'" + Nearest.hint(name, known),
            known.isEmpty() ? "it takes no others" : "known: " + String.join(", ", sorted(known)));
      }
    }
    return values;
  }

  private static Collection<String> sorted(Collection<String> names) {
    return new TreeSet<>(names);
  }
}
