package dev.jbuild.dockerfile.rule;

import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.Comparator;
import java.util.List;

/// A change of the text: `replacement` in the place of `span`, which may be empty.
public record Edit(SourceSpan span, String replacement) {

  /// Where it begins in the text.
  public int start() {
    return span.source().offset(span.startLine(), span.startColumn());
  }

  /// Where it ends in the text, exclusive.
  public int end() {
    return span.source().offset(span.endLine(), span.endColumn());
  }

  /// The text with all `edits`, which do not overlap; of several at one place the first comes
  /// first.
  public static String apply(SourceText source, List<Edit> edits) {
    StringBuilder out = new StringBuilder();
    int at = 0;
    for (Edit edit :
        edits.stream()
            .sorted(Comparator.comparingInt(Edit::start).thenComparingInt(Edit::end))
            .toList()) {
      out.append(source.text(), at, edit.start()).append(edit.replacement());
      at = edit.end();
    }
    return out.append(source.text(), at, source.text().length()).toString();
  }
}
