package dev.jbuild.plan;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.util.function.Supplier;

/// Gives problems that know no place the place of the instruction they arose in.
final class Placed {

  private Placed() {}

  static <T> T at(SourceSpan span, Supplier<T> action) {
    try {
      return action.get();
    } catch (InvalidInput e) {
      throw new InvalidInput(
          e.problems().stream().map(p -> p.span().isPresent() ? p : p.at(span)).toList(), e);
    }
  }

  static InvalidInput error(SourceSpan span, String code, String message) {
    return new InvalidInput(Problem.error(code, message).at(span));
  }
}
