package dev.jbuild.cli.option;

import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import java.util.Optional;
import java.util.function.Supplier;

/// The command line itself is wrong. Exit code 2.
public final class UsageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final transient Problem problem;

  public UsageException(Problem problem) {
    super(problem.message());
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }

  /// A value that `option` does not take.
  public static UsageException invalid(String option, String message) {
    return new UsageException(Problem.error("InvalidOption", option + ": " + message));
  }

  static UsageException invalid(String option, String message, String help) {
    return new UsageException(Problem.error("InvalidOption", option + ": " + message).help(help));
  }

  /// Something that Docker has and jbuild has not. Never ignored: the build would not be what was
  /// asked for.
  public static UsageException unsupported(String what, String help) {
    Problem problem = Problem.error("NotSupportedYet", what + " is not supported yet");
    return new UsageException(help.isEmpty() ? problem : problem.help(help));
  }

  /// The value that `parser` makes of what was given with `option`.
  static <T> T reading(String option, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (BuildException e) {
      Problem inner = e.problems().getFirst();
      throw new UsageException(
          new Problem(
              inner.code(),
              inner.severity(),
              option + ": " + inner.message(),
              Optional.empty(),
              inner.help()));
    }
  }
}
