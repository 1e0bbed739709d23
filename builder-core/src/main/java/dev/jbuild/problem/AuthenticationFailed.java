package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A registry does not accept the credentials, or wants some. Exit code 4.
public final class AuthenticationFailed extends BuildException {

  private static final long serialVersionUID = 1L;

  public AuthenticationFailed(Problem problem) {
    this(List.of(problem), null);
  }

  public AuthenticationFailed(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  public AuthenticationFailed(List<Problem> problems, @Nullable Throwable cause) {
    super(problems, cause);
  }
}
