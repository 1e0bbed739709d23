package dev.jbuild.problem;

import java.util.List;

/// Problems as text for people: place, message, code, an excerpt of the source with carets, and
/// help.
///
/// ```
/// Dockerfile:7:6: error: unknown flag --bar [UnknownFlag]
///   7 | COPY --bar a b
///     |      ^^^^^
/// help: did you mean --chmod?
/// ```
///
/// Control characters of whatever text are shown as escapes. Every line ends with a line feed.
/// Immutable.
///
/// @param colour whether to use ANSI colours
/// @param width columns to fit excerpts into
public record ProblemRenderer(boolean colour, int width) {

  private static final int DEFAULT_WIDTH = 120;
  private static final int MIN_WIDTH = 40;
  private static final int MAX_LINES = 8;

  private static final String BOLD = "\u001b[1m";
  private static final String RED = "\u001b[1;31m";
  private static final String YELLOW = "\u001b[1;33m";
  private static final String BLUE = "\u001b[1;34m";
  private static final String CYAN = "\u001b[1;36m";
  private static final String RESET = "\u001b[0m";

  public ProblemRenderer {
    width = Math.max(MIN_WIDTH, width);
  }

  /// Without colour, 120 columns.
  public static ProblemRenderer plain() {
    return new ProblemRenderer(false, DEFAULT_WIDTH);
  }

  /// All problems of `exception`, a blank line between those with an excerpt.
  public String render(BuildException exception) {
    return render(exception.problems());
  }

  public String render(List<Problem> problems) {
    StringBuilder out = new StringBuilder();
    boolean blank = false;
    for (Problem problem : problems) {
      if (blank) {
        out.append('\n');
      }
      out.append(render(problem));
      blank = problem.span().isPresent() || problem.help().isPresent();
    }
    return out.toString();
  }

  public String render(Problem problem) {
    StringBuilder out = new StringBuilder();
    problem
        .span()
        .ifPresent(span -> out.append(paint(BOLD, SafeText.line(span.place()) + ":")).append(' '));
    out.append(
            problem.severity() == Severity.ERROR ? paint(RED, "error:") : paint(YELLOW, "warning:"))
        .append(' ')
        .append(paint(BOLD, SafeText.line(problem.message())))
        .append(" [")
        .append(SafeText.line(problem.code()))
        .append("]\n");
    problem.span().ifPresent(span -> excerpt(span, problem.severity(), out));
    problem.help().ifPresent(help -> help(help, out));
    return out.toString();
  }

  private void help(String help, StringBuilder out) {
    String lead = "help: ";
    for (String line : help.strip().split("\n", -1)) {
      out.append(lead.isBlank() ? lead : paint(CYAN, lead.strip()) + " ");
      out.append(SafeText.withTabs(line.stripTrailing())).append('\n');
      lead = " ".repeat(lead.length());
    }
  }

  private void excerpt(SourceSpan span, Severity severity, StringBuilder out) {
    int last = Math.max(span.startLine(), span.endLine());
    int digits = Math.max(3, Integer.toString(last).length() + 1);
    int room = width - digits - 3;
    if (last == span.startLine()) {
      ExcerptLine.Rendered line =
          ExcerptLine.render(
              span.source().line(last), span.startColumn() - 1, span.endColumn() - 1, room);
      out.append(gutter(digits, Integer.toString(last), '|')).append(line.text()).append('\n');
      out.append(gutter(digits, "", '|'))
          .append(paint(severity == Severity.ERROR ? RED : YELLOW, line.marks().stripTrailing()))
          .append('\n');
      return;
    }
    int head = last - span.startLine() < MAX_LINES ? last : span.startLine() + MAX_LINES - 4;
    for (int n = span.startLine(); n <= last; n++) {
      if (n == head + 1) {
        out.append(gutter(digits, "", '>')).append("...\n");
        n = last - 1;
      }
      String line = ExcerptLine.render(span.source().line(n), 0, 0, room).text();
      out.append((gutter(digits, Integer.toString(n), '>') + line).stripTrailing()).append('\n');
    }
  }

  private String gutter(int digits, String number, char mark) {
    return paint(BLUE, " ".repeat(digits - number.length()) + number + " " + mark) + " ";
  }

  private String paint(String style, String text) {
    if (!colour || text.isEmpty()) {
      return text;
    }
    String body = text.stripLeading();
    return text.substring(0, text.length() - body.length()) + style + body + RESET;
  }
}
