package dev.jbuild.dockerfile.check;

import java.util.Set;

/// Which rules run, besides what the file says about it.
///
/// @param advice whether our own rules run too
/// @param skip codes of rules that do not
/// @param enable codes of rules that only run when asked for
public record RuleSelection(boolean advice, Set<String> skip, Set<String> enable) {

  /// The rules of `docker build --check` alone.
  public static final RuleSelection DOCKER = new RuleSelection(false, Set.of(), Set.of());

  /// These and our own.
  public static final RuleSelection ALL = new RuleSelection(true, Set.of(), Set.of());

  public RuleSelection {
    skip = Set.copyOf(skip);
    enable = Set.copyOf(enable);
  }
}
