package dev.jbuild.dockerfile;

import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Splits a Dockerfile into instructions: joins continuation lines, drops comments, collects
/// here-documents. One pass.
final class LineReader {

  private static final Set<String> WITH_HEREDOCS = Set.of("ADD", "COPY", "RUN");

  private final SourceText source;
  private final PhysicalLines lines;
  private final char escape;
  private final List<Problem> problems;
  private final List<SourceLine> found = new ArrayList<>();
  private List<String> comments = new ArrayList<>();

  private LineReader(SourceText source, char escape, List<Problem> problems) {
    this.source = source;
    this.lines = new PhysicalLines(source.text());
    this.escape = escape;
    this.problems = problems;
  }

  static List<SourceLine> read(SourceText source, char escape, List<Problem> problems) {
    LineReader reader = new LineReader(source, escape, problems);
    while (reader.lines.hasNext()) {
      reader.next();
    }
    return reader.found;
  }

  private void next() {
    String line = lines.next();
    String trimmed = line.stripLeading();
    if (trimmed.startsWith("#")) {
      comments.add(trimmed.substring(1).strip());
      return;
    }
    if (trimmed.isEmpty()) {
      comments = new ArrayList<>();
      return;
    }
    int start = lines.number();
    StringBuilder logical = new StringBuilder();
    boolean emptyLine = false;
    boolean goesOn = append(trimmed, logical);
    while (goesOn && lines.hasNext()) {
      String more = lines.next();
      String text = more.strip();
      if (text.startsWith("#")) {
        continue;
      }
      if (text.isEmpty()) {
        emptyLine = true;
        continue;
      }
      goesOn = append(more, logical);
    }
    if (!logical.toString().isBlank()) {
      instruction(logical.toString(), start, line.length() - trimmed.length() + 1, emptyLine);
    }
    comments = new ArrayList<>();
  }

  /// Adds a line without its continuation mark; true if it had one.
  private boolean append(String line, StringBuilder to) {
    int end = line.length();
    while (end > 0 && (line.charAt(end - 1) == ' ' || line.charAt(end - 1) == '\t')) {
      end--;
    }
    boolean marked =
        end > 0 && line.charAt(end - 1) == escape && (end == 1 || line.charAt(end - 2) != escape);
    to.append(line, 0, marked ? end - 1 : line.length());
    return marked;
  }

  private void instruction(String logical, int start, int column, boolean emptyLine) {
    int split = 0;
    while (split < logical.length() && !Character.isWhitespace(logical.charAt(split))) {
      split++;
    }
    String keyword = logical.substring(0, split);
    String arguments = logical.substring(split).strip();
    List<Heredoc> heredocs = new ArrayList<>();
    if (holdsHeredocs(keyword, arguments)) {
      int before = problems.size();
      for (HeredocWord word : HeredocWord.in(arguments, escape)) {
        heredocs.add(body(word, start));
        if (problems.size() > before) {
          break;
        }
      }
    }
    int last = lines.number();
    SourceSpan span = new SourceSpan(source, start, column, last, lines.length() + 1);
    found.add(
        new SourceLine(
            span, keyword, arguments, List.copyOf(heredocs), List.copyOf(comments), emptyLine));
  }

  private static boolean holdsHeredocs(String keyword, String arguments) {
    String name = keyword.toUpperCase(Locale.ROOT);
    if (WITH_HEREDOCS.contains(name)) {
      return arguments.contains("<<");
    }
    if (!name.equals("ONBUILD")) {
      return false;
    }
    String inner = arguments.split("\\s", 2)[0].toUpperCase(Locale.ROOT);
    return WITH_HEREDOCS.contains(inner) && arguments.contains("<<");
  }

  private Heredoc body(HeredocWord word, int start) {
    StringBuilder body = new StringBuilder();
    while (lines.hasNext()) {
      String line = lines.next();
      String kept = word.stripTabs() ? withoutTabs(line) : line;
      if (kept.equals(word.name())) {
        return word.with(body.toString());
      }
      body.append(kept).append('\n');
    }
    problems.add(
        Problem.error("UnterminatedHeredoc", "unterminated heredoc")
            .at(SourceSpan.lines(source, start, start))
            .help("end it with a line that holds nothing but " + word.name()));
    return word.with(body.toString());
  }

  private static String withoutTabs(String line) {
    int start = 0;
    while (start < line.length() && line.charAt(start) == '\t') {
      start++;
    }
    return line.substring(start);
  }
}
