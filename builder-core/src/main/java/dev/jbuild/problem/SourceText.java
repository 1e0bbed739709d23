package dev.jbuild.problem;

/// A text that problems can point into: its name as the user knows it (`Dockerfile`) and its
/// content.
///
/// Immutable and safe to share.
public record SourceText(String name, String text) {

  /// Line `number` (1-based) without its line end, or an empty string beyond the last line.
  public String line(int number) {
    int start = 0;
    for (int n = 1; n < number; n++) {
      int end = text.indexOf('\n', start);
      if (end < 0) {
        return "";
      }
      start = end + 1;
    }
    int end = text.indexOf('\n', start);
    String line = text.substring(start, end < 0 ? text.length() : end);
    return line.endsWith("\r") ? line.substring(0, line.length() - 1) : line;
  }

  /// Does not print the text: it may be large.
  @Override
  public String toString() {
    return name;
  }
}
