package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Declaration;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// What FROM lines can use: the arguments before the first FROM, and the predefined ones.
final class GlobalVariables {

  private static final List<String> PREDEFINED =
      List.of(
          "BUILDPLATFORM",
          "BUILDOS",
          "BUILDOSVERSION",
          "BUILDARCH",
          "BUILDVARIANT",
          "TARGETPLATFORM",
          "TARGETOS",
          "TARGETOSVERSION",
          "TARGETARCH",
          "TARGETVARIANT",
          "TARGETSTAGE");

  private GlobalVariables() {}

  /// @param given build arguments; none to see what the defaults alone come to
  static Variables of(Dockerfile dockerfile, Map<String, String> given) {
    Map<String, String> start = new HashMap<>();
    // Any value will do: the rules ask whether a name is declared, and whether it is empty.
    PREDEFINED.forEach(name -> start.put(name, given.getOrDefault(name, "linux")));
    Variables globals = new Variables(dockerfile.directives().escape(), start);
    for (Instruction.Arg arg : dockerfile.globalArgs()) {
      for (Declaration d : arg.declarations()) {
        String value = given.get(d.name());
        if (value == null) {
          value = d.value().map(globals::expand).orElse(globals.get(d.name()).orElse(""));
        }
        globals.set(d.name(), value);
      }
    }
    return globals;
  }
}
