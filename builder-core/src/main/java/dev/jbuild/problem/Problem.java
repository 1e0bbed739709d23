package dev.jbuild.problem;

import java.util.Optional;

/// One thing that is wrong, whether it ends the build or not.
///
/// @param code stable name, in UpperCamelCase; `docs/problems/` has a page for each
/// @param message one line that names the thing; no trailing full stop
/// @param span where in the user's text, when it is about a text
/// @param help what to do about it, one line or more
public record Problem(
    String code,
    Severity severity,
    String message,
    Optional<SourceSpan> span,
    Optional<String> help) {

  public static Problem error(String code, String message) {
    return new Problem(code, Severity.ERROR, message, Optional.empty(), Optional.empty());
  }

  public static Problem warning(String code, String message) {
    return new Problem(code, Severity.WARNING, message, Optional.empty(), Optional.empty());
  }

  public Problem at(SourceSpan place) {
    return new Problem(code, severity, message, Optional.of(place), help);
  }

  public Problem help(String text) {
    return new Problem(code, severity, message, span, Optional.of(text));
  }
}
