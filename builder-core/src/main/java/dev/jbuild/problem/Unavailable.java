package dev.jbuild.problem;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// The machine or the network does not have what the build needs: a registry, user namespaces, disk
/// space. Exit code 3.
public final class Unavailable extends BuildException {

  private static final long serialVersionUID = 1L;

  public Unavailable(Problem problem) {
    this(List.of(problem), null);
  }

  public Unavailable(Problem problem, Throwable cause) {
    this(List.of(problem), cause);
  }

  public Unavailable(List<Problem> problems, @Nullable Throwable cause) {
    super(problems, cause);
  }
}
