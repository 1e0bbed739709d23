package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.Expander;
import dev.jbuild.problem.SourceSpan;
import java.util.List;

/// Expands the words of instructions with the variables in force. Problems get the place given.
///
/// @param escape of the Dockerfile
public record Words(char escape, Expander.Environment variables) {

  /// One word, expanded and unquoted.
  public String expand(SourceSpan span, String word) {
    return Placed.at(span, () -> new Expander(escape, variables).expand(word));
  }

  /// A text as words, split also at blanks that come out of variables.
  public List<String> split(SourceSpan span, String text) {
    return Placed.at(span, () -> new Expander(escape, variables).words(text));
  }

  /// The body of a here-document.
  public String body(SourceSpan span, String text) {
    return Placed.at(span, () -> Expander.body(text, variables));
  }
}
