package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.rule.CheckRule;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The value of a `check` directive: `skip=A,B;error=true;experimental=all`.
record CheckSettings(Set<String> skip, Set<String> experimental, boolean error) {

  private static final String ALL = "all";

  /// Reads the value of a directive; what follows `//` is a remark.
  static CheckSettings parse(String value) {
    int remark = value.indexOf("//");
    String text = remark < 0 ? value : value.substring(0, remark);
    Set<String> skip = Set.of();
    Set<String> experimental = Set.of();
    boolean error = false;
    for (String part : text.split(";")) {
      int equals = part.indexOf('=');
      String names = part.substring(equals + 1).strip();
      switch (part.substring(0, Math.max(0, equals)).strip().toLowerCase(Locale.ROOT)) {
        case "skip" -> skip = names(names);
        case "experimental" -> experimental = names(names);
        case "error" -> error = names.equalsIgnoreCase("true") || names.equals("1");
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

  /// These settings and what the command line adds.
  CheckSettings with(RuleSelection selection) {
    return new CheckSettings(
        joined(skip, selection.skip()), joined(experimental, selection.enable()), error);
  }

  private static Set<String> joined(Set<String> names, Set<String> more) {
    return Stream.concat(names.stream(), more.stream().map(n -> n.toLowerCase(Locale.ROOT)))
        .collect(Collectors.toUnmodifiableSet());
  }

  boolean allows(CheckRule rule) {
    boolean wanted = !rule.experimental() || holds(experimental, rule);
    return wanted && !skips(rule);
  }

  boolean skips(CheckRule rule) {
    return holds(skip, rule);
  }

  private static boolean holds(Set<String> names, CheckRule rule) {
    return names.contains(ALL) || names.contains(rule.code().toLowerCase(Locale.ROOT));
  }
}
