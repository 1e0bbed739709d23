package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Optional;

/// What the checks found.
///
/// @param findings in the order of the file
/// @param violation the error that ends the build, when the file asks for that (`error=true`)
public record CheckResult(List<Finding> findings, Optional<Problem> violation) {

  public CheckResult {
    findings = List.copyOf(findings);
  }

  /// The findings as problems, the rule as code.
  public List<Problem> warnings() {
    return findings.stream().map(Finding::problem).toList();
  }
}
