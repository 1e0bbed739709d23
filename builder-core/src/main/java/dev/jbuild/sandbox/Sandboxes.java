package dev.jbuild.sandbox;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Chooses how steps run here, by trying.
public final class Sandboxes {

  private static final List<String> NAMES = List.of(NamespaceSandbox.NAME, ChrootSandbox.NAME);

  private Sandboxes() {}

  /// The sandbox to use.
  ///
  /// @param forced what `--sandbox` says; absent or `auto`: the best that works, by trying. Throws
  ///   [InvalidInput] for an unknown name
  /// @param state where layers will be: not every file system can be part of an overlay
  /// @param shared a path for what all steps share; made when a step needs it, the caller's to
  ///   remove
  public static Sandbox select(Optional<String> forced, Path state, Path shared) {
    String name = forced.filter(n -> !n.equals("auto")).orElseGet(() -> best(state));
    return switch (name) {
      case NamespaceSandbox.NAME -> new NamespaceSandbox(state, shared);
      case ChrootSandbox.NAME -> new ChrootSandbox();
      default ->
          throw new InvalidInput(
              Problem.error("UnknownSandbox", "there is no sandbox '" + name + "'")
                  .help("one of: auto, " + String.join(", ", NAMES)));
    };
  }

  private static String best(Path state) {
    return Trial.namespaces(state).works() || !Trial.chroot().works()
        ? NamespaceSandbox.NAME
        : ChrootSandbox.NAME;
  }
}
