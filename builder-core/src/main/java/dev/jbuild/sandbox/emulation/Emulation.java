package dev.jbuild.sandbox.emulation;

import dev.jbuild.linux.Identity;
import dev.jbuild.sandbox.UserNamespace;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// How programs of other processors run here. Tries once for each kind. Safe for several threads.
///
/// Emulation is the kernel's work: whatever a program of another processor starts is started
/// through `binfmt_misc`. Where the machine has nothing registered, jbuild registers a QEMU of the
/// machine for its own user namespace only.
public final class Emulation {

  private static final String INSTALL =
      "install QEMU for single programs (package qemu-user-static), or build on such a machine;"
          + " stages that only copy need none";
  private static final String REGISTER =
      "as root of the machine: systemctl restart systemd-binfmt, or docker run --privileged --rm"
          + " tonistiigi/binfmt --install all";

  private final Map<String, Way> ways = new ConcurrentHashMap<>();

  /// How programs of one kind run.
  public sealed interface Way {

    /// The processor runs them itself.
    record Direct() implements Way {}

    /// The kernel hands them to an emulator, in every root.
    ///
    /// @param by for people
    record Emulated(String by) implements Way {}

    /// They will, in a process inside [UserNamespace#ofRoot].
    record InNamespace() implements Way {}

    /// They do not.
    ///
    /// @param help what would change that
    record Impossible(String reason, String help) implements Way {}
  }

  /// How programs for `architecture`, as images name it, run here. If jbuild can see to it that
  /// they do, that is done.
  public Way of(String architecture) {
    return ways.computeIfAbsent(architecture, Emulation::find);
  }

  private static Way find(String architecture) {
    Processor own = own();
    Optional<Processor> wanted = Processor.of(architecture);
    if (wanted.isEmpty()) {
      return architecture.equals(System.getProperty("os.arch"))
          ? new Way.Direct()
          : new Way.Impossible("no emulator is known for " + architecture, INSTALL);
    }
    Processor processor = wanted.get();
    if (processor == own) {
      return new Way.Direct();
    }
    Optional<Interpreter> added = Binfmt.own().added(processor);
    if (added.isPresent()) {
      return emulated(added.get());
    }
    try {
      if (Probe.runs(processor)) {
        boolean direct =
            (own == Processor.AMD64 && processor == Processor.I386)
                || (own == Processor.ARM64 && processor == Processor.ARM);
        if (direct) {
          return new Way.Direct();
        }
        if (!Binfmt.lookedUpLate(processor)) {
          return new Way.Emulated("what this machine has registered (binfmt_misc)");
        }
      }
      return arranged(processor);
    } catch (IOException e) {
      return new Way.Impossible(String.valueOf(e.getMessage()), INSTALL);
    }
  }

  private static Processor own() {
    return System.getProperty("os.arch", "").equals("aarch64") ? Processor.ARM64 : Processor.AMD64;
  }

  private static Way arranged(Processor processor) throws IOException {
    Optional<Interpreter> interpreter = Interpreter.find(processor);
    if (interpreter.isEmpty()) {
      return new Way.Impossible(
          "nothing is registered for it, and there is no static qemu-" + processor.title(),
          INSTALL);
    }
    if (!Identity.isInNamespace()) {
      return UserNamespace.ofRoot().isPresent()
          ? new Way.InNamespace()
          : new Way.Impossible(
              "nothing is registered for it, and there are no user namespaces here", REGISTER);
    }
    try {
      Binfmt.own().add(processor, interpreter.get());
    } catch (IOException e) {
      return new Way.Impossible("nothing is registered for it, and " + Binfmt.refusal(e), REGISTER);
    }
    return Probe.runs(processor)
        ? emulated(interpreter.get())
        : new Way.Impossible(interpreter.get().program() + " does not start its programs", INSTALL);
  }

  private static Way emulated(Interpreter interpreter) {
    return new Way.Emulated(interpreter.program() + ", registered for this process only");
  }
}
