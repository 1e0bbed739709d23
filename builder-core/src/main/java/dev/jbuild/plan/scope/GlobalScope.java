package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.oci.Platform;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The variables that FROM lines see: the platform arguments and the ARG lines before the first
/// FROM. Immutable once made.
public final class GlobalScope implements Expander.Environment {

  private final Map<String, String> given;
  private final Map<String, String> values = new HashMap<>();

  /// @param given the build arguments of the command line; they win over any default
  /// @param wanted the stage asked for; absent: the last
  public GlobalScope(
      Dockerfile dockerfile,
      Map<String, String> given,
      Platform build,
      Platform target,
      Optional<String> wanted) {
    this.given = given;
    platform("BUILD", build);
    platform("TARGET", target);
    put("TARGETSTAGE", stageName(dockerfile, wanted));
    Words words = new Words(dockerfile.directives().escape(), this);
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      for (Declaration declaration : arg.declarations()) {
        String name = declaration.name();
        Optional<String> value =
            given.containsKey(name)
                ? Optional.ofNullable(given.get(name))
                : declaration.value().map(text -> words.expand(arg.span(), text));
        value.ifPresent(v -> values.put(name, v));
      }
    }
  }

  private static String stageName(Dockerfile dockerfile, Optional<String> wanted) {
    return wanted
        .or(() ->
            Optional.of(dockerfile.stages())
                .filter(s -> !s.isEmpty())
                .flatMap(s -> s.getLast().name()))
        .orElse("default");
  }

  private void platform(String prefix, Platform platform) {
    put(prefix + "PLATFORM", platform.toString());
    put(prefix + "OS", platform.os());
    put(prefix + "OSVERSION", platform.osVersion().orElse(""));
    put(prefix + "ARCH", platform.architecture());
    put(prefix + "VARIANT", platform.variant().orElse(""));
  }

  private void put(String name, String value) {
    values.put(name, given.getOrDefault(name, value));
  }

  /// The value of a global argument. Build arguments count only where an ARG declares them.
  @Override
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }

  /// The value that an ARG of a stage gets from the command line.
  public Optional<String> given(String name) {
    return Optional.ofNullable(given.get(name));
  }

  public Set<String> names() {
    return Collections.unmodifiableSet(values.keySet());
  }
}
