package dev.jbuild.dockerfile.check;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/// The value of a `check` directive: `skip=A,B;error=true;experimental=all`.
record CheckSettings(Set<String> skip, Set<String> experimental, boolean error) {

  private static final String ALL = "all";

  static CheckSettings parse(String text) {
    Set<String> skip = Set.of();
    Set<String> experimental = Set.of();
    boolean error = false;
    for (String part : text.split(";")) {
      int equals = part.indexOf('=');
      String value = part.substring(equals + 1).strip();
      switch (part.substring(0, Math.max(0, equals)).strip().toLowerCase(Locale.ROOT)) {
        case "skip" -> skip = names(value);
        case "experimental" -> experimental = names(value);
        case "error" -> error = value.equalsIgnoreCase("true") || value.equals("1");
        default -> {}
      }
    }
    return new CheckSettings(skip, experimental, error);
  }

  private static Set<String> names(String value) {
    return Arrays.stream(value.split(","))
        .map(name -> name.strip().toLowerCase(Locale.ROOT))
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean allows(Rule rule) {
    boolean wanted = !rule.experimental() || holds(experimental, rule);
    return wanted && !holds(skip, rule);
  }

  private static boolean holds(Set<String> names, Rule rule) {
    return names.contains(ALL) || names.contains(rule.code().toLowerCase(Locale.ROOT));
  }
}
