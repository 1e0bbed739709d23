package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A command of the build ended with an error. Exit code 1.
public final class CommandFailed extends BuildException {

  private static final long serialVersionUID = 1L;

  public CommandFailed(Problem problem) {
    this(List.of(problem), null);
  }

  public CommandFailed(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  public CommandFailed(List<Problem> problems, @Nullable Throwable cause) {
    super(problems, cause);
  }
}
