package dev.jbuild.dockerfile;

import dev.jbuild.problem.SourceSpan;
import java.util.List;

/// One instruction as the reader found it: continuation lines joined, here-documents collected.
///
/// @param keyword as written
/// @param arguments what follows the keyword, without blanks around it
/// @param heredocs bodies, in the order of their words on the line
/// @param comments the comment lines directly above, without `#`
/// @param emptyContinuation whether an empty line was within the continuation
record SourceLine(
    SourceSpan span,
    String keyword,
    String arguments,
    List<Heredoc> heredocs,
    List<String> comments,
    boolean emptyContinuation) {

  /// The logical line with its here-documents, as ONBUILD stores it.
  String text() {
    StringBuilder text = new StringBuilder(keyword);
    if (!arguments.isEmpty()) {
      text.append(' ').append(arguments);
    }
    for (Heredoc heredoc : heredocs) {
      text.append('\n').append(heredoc.body()).append(heredoc.name());
    }
    return text.toString();
  }
}
