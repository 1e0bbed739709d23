package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.advice.Advice;
import dev.jbuild.dockerfile.rule.CheckRule;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// All rules there are.
public final class Rules {

  private static final List<CheckRule> ALL = all(Rule.values(), Advice.values());

  private Rules() {}

  private static List<CheckRule> all(CheckRule[] docker, CheckRule[] advice) {
    List<CheckRule> all = new ArrayList<>();
    Collections.addAll(all, docker);
    Collections.addAll(all, advice);
    return List.copyOf(all);
  }

  /// Those of `docker build --check` first.
  public static List<CheckRule> all() {
    return ALL;
  }
}
