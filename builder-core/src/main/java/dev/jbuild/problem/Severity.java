package dev.jbuild.problem;

/// How bad a problem is: an error ends the build, a warning does not.
public enum Severity {
  ERROR,
  WARNING
}
