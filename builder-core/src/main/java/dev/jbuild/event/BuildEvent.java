package dev.jbuild.event;

import dev.jbuild.oci.Digest;
import dev.jbuild.problem.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One fact about a build. Events of one build are totally ordered; a sink sees them one at a time.
public sealed interface BuildEvent {

  /// What the build will do; first event of a build.
  record Planned(List<PlannedStep> steps, String sandbox) implements BuildEvent {
    public Planned {
      steps = List.copyOf(steps);
    }
  }

  /// A step as announced.
  ///
  /// @param id number of the step in this build, 1-based, in Dockerfile order; events refer to it
  /// @param title `[builder 2/5] RUN make`
  /// @param inputs ids of the steps it waits for
  record PlannedStep(int id, String title, List<Integer> inputs) {
    public PlannedStep {
      inputs = List.copyOf(inputs);
    }
  }

  /// Work on a step began. It is not said of steps that the cache answers.
  record StepStarted(int id) implements BuildEvent {}

  /// Text that a step's command wrote, as it came; secrets are already blanked. `text` may hold
  /// part of a line.
  record StepOutput(int id, boolean stderr, String text) implements BuildEvent {}

  /// Something to know about a step.
  ///
  /// @param kind `miss`: why the step has to run; `wait`: what it waits for
  /// @param text one line
  record StepNoted(int id, String kind, String text) implements BuildEvent {}

  /// A step ended.
  record StepFinished(int id, Outcome outcome, Duration took) implements BuildEvent {}

  /// How a step ended.
  enum Outcome {
    DONE,
    CACHED,
    FAILED,
    CANCELED
  }

  /// Bytes moved so far for one blob or file: pull, push, download, export.
  ///
  /// @param subject what moves, for people: `pull docker.io/library/alpine sha256:...`
  /// @param total -1 when not known
  record Transferred(String subject, long bytes, long total, boolean finished)
      implements BuildEvent {}

  /// Something is wrong, or noteworthy.
  record Reported(Problem problem) implements BuildEvent {}

  /// The result went somewhere.
  ///
  /// @param kind `registry`, `oci`, `docker`, `tar`, `local` or `store`
  record Exported(String kind, String name, Optional<Digest> digest, Duration took)
      implements BuildEvent {}

  /// Last event of a build.
  record Finished(boolean success, Optional<Digest> digest, Duration took) implements BuildEvent {}
}
