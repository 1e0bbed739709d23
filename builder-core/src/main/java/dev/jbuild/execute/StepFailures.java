package dev.jbuild.execute;

import dev.jbuild.plan.Origin;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Gives failures of steps the place of the instruction they belong to.
final class StepFailures {

  private StepFailures() {}

  /// `process "sh -c ..."`, in one line.
  static String process(List<String> arguments) {
    return "process \"" + String.join(" ", arguments).replace("\n", "\\n") + "\"";
  }

  static BuildException placed(BuildException e, @Nullable Origin origin) {
    if (origin == null) {
      return e;
    }
    List<Problem> problems =
        e.problems().stream().map(p -> p.span().isPresent() ? p : p.at(origin.span())).toList();
    return switch (e) {
      case InvalidInput input -> new InvalidInput(problems, input);
      case CommandFailed failed -> new CommandFailed(problems, failed);
      case Unavailable unavailable -> new Unavailable(problems, unavailable);
      default -> e;
    };
  }
}
