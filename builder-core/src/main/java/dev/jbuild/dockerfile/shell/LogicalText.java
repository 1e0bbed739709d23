package dev.jbuild.dockerfile.shell;

import dev.jbuild.dockerfile.Heredoc;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// An instruction joined to one line, or the body of one of its here-documents; of each character
/// it is known where it stands in the file.
public final class LogicalText {

  private static final char BYTE_ORDER_MARK = '\uFEFF';

  private final SourceText source;
  private final StringBuilder text = new StringBuilder();
  private int[] places = new int[256];
  private int lastLine;

  private LogicalText(SourceText source) {
    this.source = source;
  }

  /// The instruction first, then the bodies of its here-documents in order.
  public static List<LogicalText> of(SourceText source, Instruction instruction, char escape) {
    LogicalText line = instruction(source, instruction.span(), escape);
    List<LogicalText> all = new ArrayList<>(List.of(line));
    int next = line.lastLine + 1;
    for (Heredoc heredoc : heredocs(instruction)) {
      LogicalText body = body(source, next, heredoc);
      all.add(body);
      next = body.lastLine + 2;
    }
    return all;
  }

  private static List<Heredoc> heredocs(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Run run -> run.command().heredocs();
      case Instruction.Copy copy -> copy.transfer().heredocs();
      case Instruction.Add add -> add.transfer().heredocs();
      default -> List.of();
    };
  }

  private static LogicalText instruction(SourceText source, SourceSpan span, char escape) {
    LogicalText result = new LogicalText(source);
    boolean goesOn = true;
    for (int n = span.startLine(); goesOn && n <= span.endLine(); n++) {
      String line = source.line(n);
      result.lastLine = n;
      boolean first = n == span.startLine();
      String content = line.strip();
      if (!first && (content.isEmpty() || content.startsWith("#"))) {
        continue;
      }
      int end = line.stripTrailing().length();
      goesOn =
          end > 0 && line.charAt(end - 1) == escape && (end == 1 || line.charAt(end - 2) != escape);
      result.add(n, first ? start(line) : 0, line, goesOn ? end - 1 : line.length());
    }
    return result;
  }

  private static int start(String line) {
    int at = 0;
    while (at < line.length()
        && (Character.isWhitespace(line.charAt(at)) || line.charAt(at) == BYTE_ORDER_MARK)) {
      at++;
    }
    return at;
  }

  private static LogicalText body(SourceText source, int first, Heredoc heredoc) {
    LogicalText result = new LogicalText(source);
    result.lastLine = first - 1;
    for (int n = first; n <= source.lines(); n++) {
      String line = source.line(n);
      int start = 0;
      while (heredoc.stripTabs() && start < line.length() && line.charAt(start) == '\t') {
        start++;
      }
      if (line.substring(start).equals(heredoc.name())) {
        break;
      }
      result.add(n, start, line + "\n", line.length() + 1);
      result.lastLine = n;
    }
    return result;
  }

  private void add(int number, int from, String line, int to) {
    int needed = text.length() + to - from;
    if (needed > places.length) {
      places = Arrays.copyOf(places, Math.max(needed, places.length * 2));
    }
    int base = source.offset(number, 1);
    for (int i = from; i < to; i++) {
      places[text.length() + i - from] = base + i;
    }
    text.append(line, from, to);
  }

  public String text() {
    return text.toString();
  }

  public SourceText source() {
    return source;
  }

  /// The place of the characters `from` to `to`, the latter exclusive. The end is that of the last
  /// character, so that a span never reaches into a continuation mark.
  public SourceSpan span(int from, int to) {
    if (text.isEmpty()) {
      return SourceSpan.lines(source, Math.max(1, lastLine), Math.max(1, lastLine));
    }
    int first = place(Math.min(from, text.length() - 1));
    int last = to > from ? place(to - 1) + 1 : first;
    int[] begin = source.position(first);
    int[] end = source.position(last);
    return new SourceSpan(source, begin[0], begin[1], end[0], end[1]);
  }

  /// The empty place behind character `to - 1`.
  public SourceSpan after(int to) {
    int[] end = source.position(place(to - 1) + 1);
    return new SourceSpan(source, end[0], end[1], end[0], end[1]);
  }

  private int place(int index) {
    return places[index];
  }

  /// Where the first word after the keyword and its flags begins.
  public int arguments() {
    int at = skipBlanks(skipWord(0));
    while (at + 1 < text.length() && text.charAt(at) == '-' && text.charAt(at + 1) == '-') {
      at = skipBlanks(skipWord(at));
    }
    return at;
  }

  private int skipBlanks(int from) {
    int at = from;
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    return at;
  }

  private int skipWord(int from) {
    char quote = 0;
    int at = from;
    while (at < text.length() && (quote != 0 || !Character.isWhitespace(text.charAt(at)))) {
      char c = text.charAt(at);
      if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      } else if (c == quote) {
        quote = 0;
      }
      at++;
    }
    return at;
  }

  /// The words of the line separated by blanks, quotes respected and kept.
  public List<ShellWord> words(int from) {
    List<ShellWord> words = new ArrayList<>();
    for (int at = skipBlanks(from); at < text.length(); ) {
      int end = skipWord(at);
      String word = text.substring(at, end);
      words.add(new ShellWord(word, at, end, false));
      at = skipBlanks(end);
    }
    return words;
  }
}
