package dev.jbuild.execute;

import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.RunSpec;
import dev.jbuild.plan.Step;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.sandbox.emulation.Emulation;
import dev.jbuild.sandbox.emulation.Emulation.Way;

/// Steps that run programs of another processor.
public final class ForeignSteps {

  private final Emulation emulation = new Emulation();
  private final StepEvents events;
  private final String sandbox;

  ForeignSteps(StepEvents events, String sandbox) {
    this.events = events;
    this.sandbox = sandbox;
  }

  /// Whether a step of `plan` can run only in a process inside the namespace of
  /// [dev.jbuild.sandbox.UserNamespace#ofRoot].
  public static boolean needNamespace(BuildPlan plan) {
    Emulation emulation = new Emulation();
    return StepGraph.ordered(plan).stream()
        .anyMatch(step ->
            step instanceof Step.Run run
                && emulation.of(Made.of(run).architecture()) instanceof Way.InNamespace);
  }

  /// What the programs of a step are made for.
  ///
  /// @param certain by the configuration of the base image; else only what the stage is for, whose
  ///   programs came from anywhere
  private record Made(String architecture, boolean certain) {
    static Made of(Step.Run run) {
      Step root = run;
      while (!root.inputs().isEmpty()) {
        root = root.inputs().getFirst();
      }
      return switch (root) {
        case Step.Base base -> new Made(base.image().config().platform().architecture(), true);
        default -> new Made(run.spec().platform().architecture(), false);
      };
    }
  }

  /// Sees to it that a step's programs run, and says how if it is not of itself. Throws
  /// [Unavailable] if they cannot.
  void prepare(Step.Run run) {
    Made made = Made.of(run);
    switch (emulation.of(made.architecture())) {
      case Way.Direct() -> {}
      case Way.Emulated(String by) ->
          events.note(run, "emulated", made.architecture() + " by " + by);
      case Way.InNamespace() ->
          throw impossible(
              made,
              "nothing is registered for it, and a user namespace, where jbuild could do that, has"
                  + " no sandbox "
                  + sandbox,
              "as root of the machine: systemctl restart systemd-binfmt; or leave out --sandbox");
      case Way.Impossible(String reason, String help) -> {
        if (made.certain()) {
          throw impossible(made, reason, help);
        }
      }
    }
  }

  /// For a shell in a step's place. Throws [Unavailable] if its programs run only in another
  /// process than this one.
  static void prepareShell(RunSpec spec) {
    Made made = new Made(spec.platform().architecture(), false);
    if (new Emulation().of(made.architecture()) instanceof Way.InNamespace) {
      throw impossible(
          made,
          "the machine has no emulator registered, and a shell gets none of its own",
          "as root of the machine: systemctl restart systemd-binfmt");
    }
  }

  private static Unavailable impossible(Made made, String reason, String help) {
    return new Unavailable(
        Problem.error(
                "NoEmulation",
                "this machine cannot run programs made for " + made.architecture() + ": " + reason)
            .help(help));
  }
}
