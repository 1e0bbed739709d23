package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Expander;
import dev.jbuild.problem.InvalidInput;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Declared names and their values as far as they are known. What is declared without a value
/// counts as empty.
final class Variables {

  private final char escape;
  private final Map<String, String> values;
  private final Set<String> undefined = new LinkedHashSet<>();

  Variables(char escape, Map<String, String> values) {
    this.escape = escape;
    this.values = new HashMap<>(values);
  }

  Variables copy() {
    return new Variables(escape, values);
  }

  void set(String name, String value) {
    values.put(name, value);
  }

  Set<String> names() {
    return values.keySet();
  }

  Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /// Expands as far as possible and remembers undefined names; a malformed word stays as it is: it
  /// is the planner that reports it.
  String expand(String word) {
    if (word.indexOf('$') < 0 && word.indexOf(escape) < 0 && word.indexOf('"') < 0) {
      return word;
    }
    Expander expander = new Expander(escape, this::get);
    try {
      return expander.expand(word);
    } catch (InvalidInput e) {
      return word;
    } finally {
      undefined.addAll(expander.undefined());
    }
  }

  /// The undefined names since the last call.
  Set<String> takeUndefined() {
    Set<String> taken = new LinkedHashSet<>(undefined);
    undefined.clear();
    return taken;
  }
}
