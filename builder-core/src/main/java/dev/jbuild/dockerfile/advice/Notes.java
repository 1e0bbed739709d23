package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects findings.
final class Notes {

  private final List<Finding> findings = new ArrayList<>();

  void add(Advice rule, SourceSpan place, String message, String help, Edit... mend) {
    Problem problem =
        new Problem(rule.code(), rule.severity(), message, Optional.of(place), Optional.of(help));
    findings.add(new Finding(rule, problem, List.of(mend)));
  }

  List<Finding> findings() {
    return findings;
  }
}
