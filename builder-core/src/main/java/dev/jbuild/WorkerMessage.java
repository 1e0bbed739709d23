package dev.jbuild;

import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventJson;
import dev.jbuild.event.EventJsonReader;
import dev.jbuild.json.RecordJson;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.util.List;

/// How a worker process tells the end of its build: one line, after the lines of its events.
sealed interface WorkerMessage {

  /// First characters of the line; no event begins like this.
  String PREFIX = "end ";

  /// The build is done.
  record Done(BuildResult result) implements WorkerMessage {}

  /// It failed.
  ///
  /// @param kind the simple name of the `BuildException`
  /// @param problems as events that report them
  record Failed(String kind, List<String> problems) implements WorkerMessage {
    public Failed {
      problems = List.copyOf(problems);
    }

    static Failed of(BuildException e) {
      return new Failed(
          e.getClass().getSimpleName(),
          e.problems().stream().map(p -> EventJson.write(new BuildEvent.Reported(p))).toList());
    }

    BuildException exception() {
      List<Problem> found =
          problems.stream()
              .map(line -> ((BuildEvent.Reported) EventJsonReader.read(line)).problem())
              .toList();
      return switch (kind) {
        case "InvalidInput" -> new InvalidInput(found, null);
        case "CommandFailed" -> new CommandFailed(found, null);
        case "AuthenticationFailed" -> new AuthenticationFailed(found, null);
        case "Canceled" -> new Canceled();
        default -> new Unavailable(found, null);
      };
    }
  }

  /// It met a bug.
  record Bug(String trace) implements WorkerMessage {}

  /// The line, without its end.
  static String line(WorkerMessage message) {
    return PREFIX + RecordJson.write(new Envelope(message));
  }

  /// Reads what [#line] wrote.
  static WorkerMessage read(String line) {
    return RecordJson.read(line.substring(PREFIX.length()), Envelope.class).message();
  }

  /// Gives the message's kind a place of its own.
  record Envelope(WorkerMessage message) {}
}
