package dev.jbuild.plan;

import dev.jbuild.dockerfile.Expander;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The variables in force at one point of a stage: the image's environment and the build arguments
/// declared so far. What was set last wins, whichever of the two it is.
final class Scope implements Expander.Environment {

  private final Map<String, String> env = new LinkedHashMap<>();
  private final Map<String, Optional<String>> args = new LinkedHashMap<>();
  private final Map<String, String> last = new LinkedHashMap<>();

  Scope(List<String> environment) {
    for (String pair : environment) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        env(pair.substring(0, equals), pair.substring(equals + 1));
      }
    }
  }

  /// What a stage built on another takes over.
  Scope(Scope parent) {
    env.putAll(parent.env);
    args.putAll(parent.args);
    last.putAll(parent.last);
  }

  void env(String name, String value) {
    env.put(name, value);
    last.put(name, value);
  }

  void arg(String name, Optional<String> value) {
    if (value.isPresent() || !args.containsKey(name)) {
      args.put(name, value);
    }
    value.ifPresent(v -> last.put(name, v));
  }

  boolean declares(String arg) {
    return args.containsKey(arg);
  }

  @Override
  public Optional<String> get(String name) {
    return Optional.ofNullable(last.get(name));
  }

  /// The environment of the image: `NAME=value`, each name once, in the order of first setting.
  List<String> imageEnv() {
    List<String> pairs = new ArrayList<>();
    env.forEach((name, value) -> pairs.add(name + "=" + value));
    return pairs;
  }

  /// The environment of a RUN step: the image's and the arguments that have a value.
  List<String> runEnv() {
    Map<String, String> all = new LinkedHashMap<>(env);
    args.forEach((name, value) -> value.ifPresent(v -> all.put(name, v)));
    List<String> pairs = new ArrayList<>();
    all.keySet().forEach(name -> pairs.add(name + "=" + last.getOrDefault(name, "")));
    return pairs;
  }

  /// `NAME=value` of the arguments that have a value, in the order of declaration.
  List<String> declaredArgs() {
    List<String> pairs = new ArrayList<>();
    args.forEach((name, value) -> value.ifPresent(v -> pairs.add(name + "=" + v)));
    return pairs;
  }
}
