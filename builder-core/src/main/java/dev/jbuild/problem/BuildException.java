package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The build cannot go on, for a reason that can be told to the user. Any other exception is a bug.
///
/// The subtypes say whose move it is: the user's ([InvalidInput], [CommandFailed]), the
/// environment's ([Unavailable], [AuthenticationFailed]) or nobody's ([Canceled]). Carries at least
/// one problem.
public abstract sealed class BuildException extends RuntimeException
    permits InvalidInput, CommandFailed, Unavailable, AuthenticationFailed, Canceled {

  private static final long serialVersionUID = 1L;

  private final transient List<Problem> problems;

  BuildException(List<Problem> problems, @Nullable Throwable cause) {
    super(problems.getFirst().message(), cause);
    this.problems = List.copyOf(problems);
  }

  /// What is wrong, in the order of the source text; never empty.
  public List<Problem> problems() {
    return problems;
  }
}
