package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.Expander;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The variables in force at one point of a stage: the image's environment and the build arguments
/// declared so far. What was set last wins, whichever of the two it is. Changed by one thread.
public final class Scope implements Expander.Environment {

  /// Arguments that speak to the builder and never become variables.
  private static final Set<String> SILENT =
      Set.of("BUILDKIT_SBOM_SCAN_CONTEXT", "BUILDKIT_SBOM_SCAN_STAGE");

  private final Map<String, String> env = new LinkedHashMap<>();
  private final Map<String, String> args = new LinkedHashMap<>();
  private final Map<String, String> current = new LinkedHashMap<>();

  private Scope() {}

  /// The scope of a stage that starts from an image.
  ///
  /// @param environment the image's, `NAME=value`
  public static Scope of(List<String> environment) {
    Scope scope = new Scope();
    for (String pair : environment) {
      int equals = pair.indexOf('=');
      scope.env(
          equals < 0 ? pair : pair.substring(0, equals),
          equals < 0 ? "" : pair.substring(equals + 1));
    }
    return scope;
  }

  /// The scope of a stage that starts from the one of this scope: it has its arguments, but the
  /// image's environment comes last.
  public Scope child() {
    Scope child = new Scope();
    child.env.putAll(env);
    child.args.putAll(args);
    child.current.putAll(current);
    child.current.putAll(env);
    return child;
  }

  /// ENV: keeps its place in the list when it is set again.
  public void env(String name, String value) {
    env.put(name, value);
    current.put(name, value);
  }

  /// ARG: without a value it is declared only.
  public void arg(String name, Optional<String> value) {
    args.put(name, value.orElse(""));
    if (value.isPresent() && !SILENT.contains(name)) {
      current.put(name, value.get());
    }
  }

  @Override
  public Optional<String> get(String name) {
    return Optional.ofNullable(current.get(name));
  }

  /// The environment of the image: `NAME=value`, in the order of first setting.
  public List<String> imageEnv() {
    return pairs(env);
  }

  /// The environment of a RUN: the image's variables and the arguments that have a value.
  public List<String> runEnv() {
    Map<String, String> all = new LinkedHashMap<>();
    env.keySet().forEach(name -> all.put(name, current.getOrDefault(name, "")));
    all.putAll(current);
    return pairs(all);
  }

  /// `NAME=value` of all declared arguments, each once, in the order of declaration.
  public List<String> declared() {
    Map<String, String> all = new LinkedHashMap<>(args);
    all.replaceAll((name, value) -> current.getOrDefault(name, value));
    return pairs(all);
  }

  /// Predefined proxy arguments of the command line: they reach RUN undeclared, and change neither
  /// key nor image. Both spellings are set, the lower-case one wins; what the stage sets stays.
  public List<String> proxies(Map<String, String> given) {
    Map<String, String> found = new HashMap<>();
    given.keySet().stream()
        .sorted()
        .forEach(name -> {
          String upper = name.toUpperCase(java.util.Locale.ROOT);
          if (PROXIES.contains(upper)) {
            found.put(upper, given.get(name));
          }
        });
    List<String> pairs = new ArrayList<>();
    for (String upper : PROXIES) {
      String value = found.getOrDefault(upper, "");
      for (String name : List.of(upper, upper.toLowerCase(java.util.Locale.ROOT))) {
        if (!value.isEmpty() && !current.containsKey(name)) {
          pairs.add(name + "=" + value);
        }
      }
    }
    return pairs;
  }

  private static final List<String> PROXIES =
      List.of("HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY");

  private static List<String> pairs(Map<String, String> values) {
    List<String> pairs = new ArrayList<>(values.size());
    values.forEach((name, value) -> pairs.add(name + "=" + value));
    return pairs;
  }
}
