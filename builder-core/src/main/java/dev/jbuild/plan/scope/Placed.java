package dev.jbuild.plan.scope;

import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.Unavailable;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// Gives problems that know no place the place of the instruction they arose in.
public final class Placed {

  private Placed() {}

  /// What `action` returns; problems it throws without a place get `span`.
  public static <T> T at(SourceSpan span, Supplier<T> action) {
    try {
      return action.get();
    } catch (BuildException e) {
      throw changed(e, p -> p.span().isPresent() ? p : p.at(span));
    }
  }

  /// `e` with each problem changed.
  public static BuildException changed(BuildException e, UnaryOperator<Problem> change) {
    List<Problem> problems = e.problems().stream().map(change).toList();
    if (e instanceof InvalidInput) {
      return new InvalidInput(problems, e);
    }
    if (e instanceof Unavailable) {
      return new Unavailable(problems, e);
    }
    return e instanceof AuthenticationFailed ? new AuthenticationFailed(problems, e) : e;
  }

  public static InvalidInput error(SourceSpan span, String code, String message) {
    return new InvalidInput(Problem.error(code, message).at(span));
  }

  public static InvalidInput error(SourceSpan span, String code, String message, String help) {
    return new InvalidInput(Problem.error(code, message).at(span).help(help));
  }
}
