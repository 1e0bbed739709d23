package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the user gave is wrong: a Dockerfile, an option, a file that is not there. Exit code 1.
public final class InvalidInput extends BuildException {

  private static final long serialVersionUID = 1L;

  public InvalidInput(Problem problem) {
    this(List.of(problem), null);
  }

  public InvalidInput(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  public InvalidInput(List<Problem> problems, @Nullable Throwable cause) {
    super(problems, cause);
  }
}
