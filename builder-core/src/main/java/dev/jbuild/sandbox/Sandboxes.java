package dev.jbuild.sandbox;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.util.List;
import java.util.Optional;

/// Chooses how steps run here, by trying.
public final class Sandboxes {

  private static final List<String> NAMES = List.of(NamespaceSandbox.NAME);

  private Sandboxes() {}

  /// The sandbox to use. Nothing is tried before the first job: a plan without RUN needs none.
  ///
  /// @param forced what `--sandbox` says; absent or `auto`: the best that works. Throws
  ///   [InvalidInput] for an unknown name
  public static Sandbox select(Optional<String> forced) {
    String name = forced.filter(n -> !n.equals("auto")).orElse(NamespaceSandbox.NAME);
    if (!NAMES.contains(name)) {
      throw new InvalidInput(
          Problem.error("UnknownSandbox", "there is no sandbox '" + name + "'")
              .help("one of: auto, " + String.join(", ", NAMES)));
    }
    return new NamespaceSandbox();
  }

  /// Throws [Unavailable] when this process may not make namespaces.
  public static void require() {
    if (!dev.jbuild.linux.Identity.isRoot()) {
      throw new Unavailable(
          Problem.error("NoNamespaces", "RUN needs a user namespace, and this process is in none")
              .help(
                  "start jbuild through its launcher; it needs newuidmap (package uidmap) and a range in /etc/subuid: usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER"));
    }
  }
}
