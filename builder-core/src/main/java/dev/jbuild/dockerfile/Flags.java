package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The `--name=value` words between an instruction's keyword and its arguments.
final class Flags {

  private final Map<String, List<Optional<String>>> values = new LinkedHashMap<>();

  /// What follows the flags.
  private final String rest;

  private Flags(String rest) {
    this.rest = rest;
  }

  /// Which flags an instruction has.
  record Allowed(Set<String> strings, Set<String> booleans, Set<String> lists) {
    static final Allowed NONE = new Allowed(Set.of(), Set.of(), Set.of());

    List<String> all() {
      List<String> all = new ArrayList<>(strings);
      all.addAll(booleans);
      all.addAll(lists);
      return all;
    }
  }

  /// Reads the flags at the start of `arguments`. Throws [SyntaxError] for one that is not allowed.
  static Flags read(String arguments, char escape, Allowed allowed) {
    int at = 0;
    List<String> words = new ArrayList<>();
    while (true) {
      while (at < arguments.length() && Character.isWhitespace(arguments.charAt(at))) {
        at++;
      }
      if (!arguments.startsWith("--", at)) {
        break;
      }
      StringBuilder word = new StringBuilder();
      at = word(arguments, at, escape, word);
      if (word.toString().equals("--")) {
        break;
      }
      words.add(word.toString());
    }
    Flags flags = new Flags(arguments.substring(at).strip());
    words.forEach(word -> flags.add(word.substring(2), allowed));
    return flags;
  }

  private static int word(String text, int start, char escape, StringBuilder into) {
    char quote = 0;
    int at = start;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (quote == 0 && Character.isWhitespace(c)) {
        break;
      }
      at++;
      if (c == escape && at < text.length()) {
        into.append(text.charAt(at++));
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote && quote != 0) {
        quote = 0;
      } else {
        into.append(c);
      }
    }
    return at;
  }

  private void add(String flag, Allowed allowed) {
    int equals = flag.indexOf('=');
    String name = equals < 0 ? flag : flag.substring(0, equals);
    Optional<String> value =
        equals < 0 ? Optional.empty() : Optional.of(flag.substring(equals + 1));
    boolean isBoolean = allowed.booleans.contains(name);
    boolean isList = allowed.lists.contains(name);
    if (!isBoolean && !isList && !allowed.strings.contains(name)) {
      throw new SyntaxError(
          "UnknownFlag", "unknown flag: --" + name + Nearest.hint(name, allowed.all()));
    }
    if (value.filter(v -> !v.isEmpty()).isEmpty() && !(isBoolean && equals < 0)) {
      throw new SyntaxError("MissingFlagValue", "missing a value on flag: --" + name);
    }
    if (isBoolean && value.filter(v -> !v.equals("true") && !v.equals("false")).isPresent()) {
      throw new SyntaxError(
          "InvalidFlagValue",
          "expecting boolean value for flag --" + name + ", not: " + value.orElse(""));
    }
    if (!isList && values.containsKey(name)) {
      throw new SyntaxError("DuplicateFlag", "duplicate flag specified: --" + name);
    }
    values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
  }

  String rest() {
    return rest;
  }

  Optional<String> string(String name) {
    return first(name).flatMap(value -> value);
  }

  /// The values that were given, in their order.
  List<String> list(String name) {
    List<String> list = new ArrayList<>();
    for (Optional<String> value : values.getOrDefault(name, List.of())) {
      value.ifPresent(list::add);
    }
    return list;
  }

  boolean isTrue(String name) {
    return flag(name).orElse(false);
  }

  Optional<Boolean> flag(String name) {
    return first(name).map(value -> !value.equals(Optional.of("false")));
  }

  private Optional<Optional<String>> first(String name) {
    List<Optional<String>> given = values.get(name);
    return given == null ? Optional.empty() : Optional.of(given.getFirst());
  }
}
