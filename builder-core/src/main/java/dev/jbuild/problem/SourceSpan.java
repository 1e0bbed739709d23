package dev.jbuild.problem;

/// A range of a source text. Lines and columns are 1-based, columns count UTF-16 units, the end
/// column is exclusive.
///
/// A span of a whole line has `startColumn` 1 and `endColumn` one past its last character.
public record SourceSpan(
    SourceText source, int startLine, int startColumn, int endLine, int endColumn) {

  /// The span of lines `first` to `last`, whole.
  public static SourceSpan lines(SourceText source, int first, int last) {
    return new SourceSpan(source, first, 1, last, source.line(last).length() + 1);
  }

  /// `Dockerfile:7:6`.
  public String place() {
    return source.name() + ":" + startLine + ":" + startColumn;
  }

  @Override
  public String toString() {
    return place();
  }
}
