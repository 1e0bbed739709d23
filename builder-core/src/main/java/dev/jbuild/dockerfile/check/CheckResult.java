package dev.jbuild.dockerfile.check;

import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Optional;

/// What the checks found.
///
/// @param warnings in the order of the file, the rule as code
/// @param violation the error that ends the build, when the file asks for that (`error=true`)
public record CheckResult(List<Problem> warnings, Optional<Problem> violation) {

  public CheckResult {
    warnings = List.copyOf(warnings);
  }
}
