package dev.jbuild.plan;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Expander;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.oci.Platform;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The variables that FROM lines see: platform arguments and the ARG lines before the first FROM.
final class GlobalScope implements Expander.Environment {

  private final Map<String, String> values = new LinkedHashMap<>();

  GlobalScope(Dockerfile dockerfile, PlanOptions options, Platform target) {
    platform("BUILD", options.buildPlatform());
    platform("TARGET", target);
    values.put("TARGETSTAGE", options.target().filter(t -> !t.isEmpty()).orElse("default"));
    options.buildArgs().forEach((name, value) -> values.computeIfPresent(name, (n, old) -> value));
    char escape = dockerfile.directives().escape();
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      for (Declaration declaration : arg.declarations()) {
        Optional<String> given = Optional.ofNullable(options.buildArgs().get(declaration.name()));
        Optional<String> value =
            given.isPresent()
                ? given
                : declaration
                    .value()
                    .map(v -> Placed.at(arg.span(), () -> new Expander(escape, this).expand(v)));
        value.ifPresent(v -> values.put(declaration.name(), v));
      }
    }
  }

  private void platform(String prefix, Platform platform) {
    values.put(prefix + "PLATFORM", platform.toString());
    values.put(prefix + "OS", platform.os());
    values.put(prefix + "OSVERSION", platform.osVersion().orElse(""));
    values.put(prefix + "ARCH", platform.architecture());
    values.put(prefix + "VARIANT", platform.variant().orElse(""));
  }

  @Override
  public Optional<String> get(String name) {
    return Optional.ofNullable(values.get(name));
  }
}
