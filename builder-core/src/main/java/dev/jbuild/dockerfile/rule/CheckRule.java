package dev.jbuild.dockerfile.rule;

import dev.jbuild.problem.Severity;

/// A check, by the name that `check=skip=` takes. Its page is `docs/problems/CODE.md`.
public interface CheckRule {

  /// Stable, unique over both sets.
  String code();

  RuleSet set();

  Severity severity();

  /// One sentence: what is wrong with what it finds.
  String description();

  /// Whether it only runs when asked for (`check=experimental=CODE`).
  boolean experimental();
}
