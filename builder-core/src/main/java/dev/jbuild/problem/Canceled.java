package dev.jbuild.problem;

import java.util.List;

/// The build was told to stop.
public final class Canceled extends BuildException {

  private static final long serialVersionUID = 1L;

  public Canceled() {
    super(List.of(Problem.error("Canceled", "canceled")), null);
  }
}
