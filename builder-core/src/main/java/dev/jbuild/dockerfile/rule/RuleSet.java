package dev.jbuild.dockerfile.rule;

/// Whose rule it is.
public enum RuleSet {

  /// The checks of `docker build --check`, under the codes and in the words that its users know.
  DOCKER,

  /// Our own, about what makes images large, stale, open or slow to build.
  ADVICE
}
