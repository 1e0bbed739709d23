package dev.jbuild.dockerfile.shell;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Splits a script of a POSIX shell into simple commands. One pass; what is nested deeper than a
/// limit is taken as text.
final class ShellReader {

  private static final Set<String> RESERVED =
      Set.of(
          "if",
          "then",
          "else",
          "elif",
          "fi",
          "do",
          "done",
          "while",
          "until",
          "{",
          "}",
          "!",
          "esac",
          "function");
  private static final Pattern ASSIGNMENT =
      Pattern.compile("[A-Za-z_][A-Za-z0-9_]*\\+?=.*", Pattern.DOTALL);
  private static final String SPECIAL = "*?[$`~{";
  private static final int DEEPEST = 40;
  private static final char NONE = '\0';

  private final String text;
  private final List<SimpleCommand> commands = new ArrayList<>();
  private final Deque<String> heredocs = new ArrayDeque<>();
  private int at;
  private int depth;
  private char closing = NONE;
  private int pipelines;

  ShellReader(String text, int from) {
    this.text = text;
    this.at = from;
  }

  List<SimpleCommand> read() {
    list(NONE);
    return commands;
  }

  /// What is being put together.
  private static final class Draft {
    final List<ShellWord> assignments = new ArrayList<>();
    final List<ShellWord> words = new ArrayList<>();

    /// Whether the words are those of `for` or `case`, no command.
    boolean header;

    /// How many `case`s are open, and whether what is read is a pattern of the innermost.
    int cases;

    boolean pattern;

    int pipeline;
  }

  /// Reads commands up to `close`, which is consumed.
  private void list(char close) {
    Draft draft = new Draft();
    draft.pipeline = pipelines++;
    int open = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == close && open == 0) {
        at++;
        break;
      }
      if (c == ' ' || c == '\t' || c == '\r') {
        at++;
      } else if (c == '\\' && text.startsWith("\n", at + 1)) {
        at += 2;
      } else if (c == '#') {
        comment();
      } else if (c == '(') {
        open += opened(draft);
      } else if (c == ')') {
        at++;
        open = closed(draft, open);
      } else if (c == ';' || c == '&' || c == '|' || c == '\n') {
        operator(draft);
      } else if (!redirection()) {
        word(draft);
      }
    }
    end(draft, true);
  }

  /// A subshell, or the brackets of a function, whose name is no command. Returns how many are open
  /// more.
  private int opened(Draft draft) {
    at++;
    if (draft.pattern) {
      return 0;
    }
    boolean function = draft.words.size() == 1 && text.startsWith(")", at);
    if (function) {
      at++;
      draft.words.clear();
      return 0;
    }
    end(draft, true);
    return 1;
  }

  private int closed(Draft draft, int open) {
    if (draft.pattern) {
      draft.pattern = false;
      draft.words.clear();
      return open;
    }
    end(draft, true);
    return Math.max(0, open - 1);
  }

  private void comment() {
    int end = text.indexOf('\n', at);
    at = end < 0 ? text.length() : end;
  }

  private void operator(Draft draft) {
    if (text.startsWith("&>", at)) {
      at += text.startsWith("&>>", at) ? 3 : 2;
      target();
      return;
    }
    boolean pipe = text.charAt(at) == '|' && !text.startsWith("||", at);
    boolean newline = text.charAt(at) == '\n';
    int length =
        text.startsWith("&&", at)
                || text.startsWith("||", at)
                || text.startsWith(";;", at)
                || text.startsWith("|&", at)
            ? 2
            : 1;
    boolean nextPattern = text.startsWith(";;", at) && draft.cases > 0;
    at += length;
    if (!draft.pattern) {
      end(draft, !pipe);
    }
    draft.pattern |= nextPattern;
    if (newline) {
      skipHeredocs();
    }
  }

  private void end(Draft draft, boolean newPipeline) {
    if (!draft.header && (!draft.words.isEmpty() || !draft.assignments.isEmpty())) {
      commands.add(new SimpleCommand(draft.assignments, draft.words, draft.pipeline));
    }
    draft.words.clear();
    draft.assignments.clear();
    draft.header = false;
    if (newPipeline) {
      draft.pipeline = pipelines++;
    }
  }

  private void skipHeredocs() {
    while (!heredocs.isEmpty()) {
      String name = heredocs.poll();
      while (at < text.length()) {
        int end = text.indexOf('\n', at);
        String line = text.substring(at, end < 0 ? text.length() : end);
        at = end < 0 ? text.length() : end + 1;
        if (line.strip().equals(name)) {
          break;
        }
      }
    }
  }

  /// Skips `2>file` and the like; false when there is none here.
  private boolean redirection() {
    int start = at;
    while (start < text.length() && Character.isDigit(text.charAt(start))) {
      start++;
    }
    if (start >= text.length() || text.charAt(start) != '<' && text.charAt(start) != '>') {
      return false;
    }
    boolean heredoc = text.startsWith("<<", start) && !text.startsWith("<<<", start);
    int end = start;
    while (end < text.length() && end - start < 3 && "<>&|".indexOf(text.charAt(end)) >= 0) {
      end++;
    }
    boolean substitution = text.startsWith("(", end);
    at = heredoc && text.startsWith("-", end) ? end + 1 : end;
    if (substitution) {
      at++;
      nested(')');
      return true;
    }
    String target = target();
    if (heredoc) {
      heredocs.add(target);
    }
    return true;
  }

  private String target() {
    while (at < text.length() && (text.charAt(at) == ' ' || text.charAt(at) == '\t')) {
      at++;
    }
    return at < text.length() ? scan().value() : "";
  }

  private void word(Draft draft) {
    ShellWord word = scan();
    if (draft.pattern) {
      if (word.value().equals("esac")) {
        draft.pattern = false;
        draft.cases--;
      }
      return;
    }
    if (draft.header && draft.cases > 0 && word.value().equals("in")) {
      draft.header = false;
      draft.pattern = true;
      draft.words.clear();
      return;
    }
    if (draft.words.isEmpty() && !draft.header) {
      if (word.literal() && RESERVED.contains(word.value())) {
        draft.cases -= word.value().equals("esac") && draft.cases > 0 ? 1 : 0;
        return;
      }
      if (word.literal()
          && (word.value().equals("for")
              || word.value().equals("case")
              || word.value().equals("select"))) {
        draft.header = true;
        draft.cases += word.value().equals("case") ? 1 : 0;
        return;
      }
      if (ASSIGNMENT.matcher(word.value()).matches()) {
        draft.assignments.add(word);
        return;
      }
    }
    draft.words.add(word);
  }

  private ShellWord scan() {
    int start = at;
    StringBuilder value = new StringBuilder();
    boolean literal = true;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (" \t\r\n;&|()<>".indexOf(c) >= 0 || c == '`' && closing == '`') {
        break;
      }
      literal &= c != '\'' && c != '"' && c != '\\' && SPECIAL.indexOf(c) < 0;
      switch (c) {
        case '\'' -> singleQuoted(value);
        case '"' -> doubleQuoted(value);
        case '\\' -> escaped(value);
        case '$', '`' -> expansion(value);
        default -> {
          value.append(c);
          at++;
        }
      }
    }
    if (at == start) {
      // Nothing that begins a word: taken as one, so that reading goes on.
      value.append(text.charAt(at++));
    }
    boolean plain = literal || value.toString().equals("{");
    return new ShellWord(value.toString(), start, at, plain);
  }

  private void singleQuoted(StringBuilder value) {
    int end = text.indexOf('\'', at + 1);
    int stop = end < 0 ? text.length() : end;
    value.append(text, at + 1, stop);
    at = Math.min(text.length(), stop + 1);
  }

  private void doubleQuoted(StringBuilder value) {
    at++;
    while (at < text.length() && text.charAt(at) != '"') {
      switch (text.charAt(at)) {
        case '\\' -> escaped(value);
        case '$', '`' -> expansion(value);
        default -> value.append(text.charAt(at++));
      }
    }
    at = Math.min(text.length(), at + 1);
  }

  private void escaped(StringBuilder value) {
    at++;
    if (at < text.length() && text.charAt(at) != '\n') {
      value.append(text.charAt(at));
    }
    at = Math.min(text.length(), at + 1);
  }

  /// `$NAME`, `${...}`, `$((...))`, `$(...)` and backquotes; kept in the value as written, commands
  /// in it are read too.
  private void expansion(StringBuilder value) {
    int start = at;
    if (text.charAt(at) == '`') {
      at++;
      nested('`');
    } else if (text.startsWith("$((", at)) {
      int end = text.indexOf("))", at);
      at = end < 0 ? text.length() : end + 2;
    } else if (text.startsWith("$(", at)) {
      at += 2;
      nested(')');
    } else if (text.startsWith("${", at)) {
      braces();
    } else {
      at++;
    }
    value.append(text, start, at);
  }

  private void braces() {
    int open = 0;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '\\') {
        at = Math.min(text.length(), at + 1);
      } else if (c == '{') {
        open++;
      } else if (c == '}' && --open == 0) {
        return;
      }
    }
  }

  private void nested(char close) {
    if (depth >= DEEPEST) {
      return;
    }
    char outer = closing;
    closing = close;
    depth++;
    list(close);
    depth--;
    closing = outer;
  }
}
