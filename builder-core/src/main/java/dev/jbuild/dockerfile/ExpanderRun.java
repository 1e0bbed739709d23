package dev.jbuild.dockerfile;

import java.util.Optional;

/// One pass of an [Expander] over a text.
final class ExpanderRun {

  private static final int MAX_DEPTH = 200;
  private static final char NONE = '\0';

  private final Expander owner;
  private final String text;
  private final boolean rawQuotes;
  private WordBuilder out;
  private int at;
  private int depth;

  ExpanderRun(Expander owner, String text, boolean rawQuotes, WordBuilder out) {
    this.owner = owner;
    this.text = text;
    this.rawQuotes = rawQuotes;
    this.out = out;
  }

  void toEnd() {
    until(NONE, false);
  }

  private boolean more() {
    return at < text.length();
  }

  /// Processes up to `stop`, which is consumed; with `NONE` up to the end.
  ///
  /// @param keepEscapes leave escapes in the result: it is a pattern
  private void until(char stop, boolean keepEscapes) {
    if (++depth > MAX_DEPTH) {
      throw Expander.error("substitutions are nested more than " + MAX_DEPTH + " deep");
    }
    while (more()) {
      char c = text.charAt(at);
      if (stop != NONE && c == stop) {
        at++;
        depth--;
        return;
      }
      if (c == '\'' && !rawQuotes) {
        singleQuoted();
      } else if (c == '"' && !rawQuotes) {
        doubleQuoted();
      } else if (c == '$') {
        out.plain(dollar());
      } else if (c == owner.escape()) {
        escaped(keepEscapes);
      } else {
        at++;
        out.plain(String.valueOf(c));
      }
    }
    depth--;
    if (stop != NONE) {
      throw Expander.error("unexpected end of statement while looking for matching " + stop);
    }
  }

  private void escaped(boolean keepEscapes) {
    char escape = text.charAt(at++);
    if (keepEscapes) {
      out.quoted(String.valueOf(escape));
    }
    if (!more()) {
      return;
    }
    char c = text.charAt(at++);
    if (rawQuotes && c != '$' && c != escape && c != '\n') {
      out.quoted(String.valueOf(escape) + c);
    } else {
      out.quoted(String.valueOf(c));
    }
  }

  private void singleQuoted() {
    int end = text.indexOf('\'', at + 1);
    if (end < 0) {
      throw Expander.error("unexpected end of statement while looking for matching single-quote");
    }
    out.quoted(text.substring(at + 1, end));
    at = end + 1;
  }

  private void doubleQuoted() {
    at++;
    out.quoted("");
    while (more()) {
      char c = text.charAt(at);
      if (c == '"') {
        at++;
        return;
      }
      if (c == '$') {
        out.quoted(dollar());
      } else if (c == owner.escape() && at + 1 < text.length() && escapable(text.charAt(at + 1))) {
        out.quoted(String.valueOf(text.charAt(at + 1)));
        at += 2;
      } else {
        at++;
        out.quoted(String.valueOf(c));
      }
    }
    throw Expander.error("unexpected end of statement while looking for matching double-quote");
  }

  private boolean escapable(char c) {
    return c == '"' || c == '$' || c == owner.escape();
  }

  /// The value of what begins with the dollar sign here.
  private String dollar() {
    at++;
    if (!more() || text.charAt(at) != '{') {
      String name = name();
      return name.isEmpty() ? "$" : plainValue(name);
    }
    at++;
    if (!more()) {
      throw Expander.error("syntax error: missing '}'");
    }
    char first = text.charAt(at);
    if (first == '{' || first == '}' || first == ':') {
      throw Expander.error("syntax error: bad substitution");
    }
    String name = name();
    if (name.isEmpty()) {
      throw Expander.error("syntax error: bad substitution");
    }
    if (!more()) {
      throw Expander.error("syntax error: missing '}'");
    }
    char modifier = text.charAt(at++);
    return switch (modifier) {
      case '}' -> plainValue(name);
      case ':' -> withColon(name);
      case '+', '-', '?' -> defaulted(name, modifier, owner.value(name).isPresent());
      case '#', '%' -> trimmed(name, modifier);
      case '/' -> replaced(name);
      default -> throw Expander.error("unsupported modifier (" + modifier + ") in substitution");
    };
  }

  private String plainValue(String name) {
    Optional<String> value = owner.value(name);
    if (value.isEmpty()) {
      owner.missing(name);
    }
    return value.orElse("");
  }

  private String withColon(String name) {
    if (!more()) {
      throw Expander.error("syntax error: missing '}'");
    }
    char modifier = text.charAt(at++);
    if (modifier != '+' && modifier != '-' && modifier != '?') {
      throw Expander.error("unsupported modifier (:" + modifier + ") in substitution");
    }
    boolean present = owner.value(name).filter(v -> !v.isEmpty()).isPresent();
    return defaulted(name, modifier, present);
  }

  private String defaulted(String name, char modifier, boolean present) {
    String word = nested('}', false);
    Optional<String> value = owner.value(name);
    return switch (modifier) {
      case '+' -> present ? word : "";
      case '-' -> present ? value.orElse("") : word;
      default -> {
        if (!present) {
          throw Expander.error(
              name
                  + ": "
                  + (word.isEmpty()
                      ? value.isPresent() ? "not allowed to be empty" : "not allowed to be unset"
                      : word));
        }
        yield value.orElse("");
      }
    };
  }

  private String trimmed(String name, char modifier) {
    boolean greedy = more() && text.charAt(at) == modifier;
    if (greedy) {
      at++;
    }
    String pattern = nested('}', true);
    String value = plainValue(name);
    return modifier == '#'
        ? ShellPattern.trimPrefix(value, pattern, owner.escape(), greedy)
        : ShellPattern.trimSuffix(value, pattern, owner.escape(), greedy);
  }

  private String replaced(String name) {
    boolean all = more() && text.charAt(at) == '/';
    if (all) {
      at++;
    }
    String pattern = nested('/', true);
    String replacement = nested('}', true);
    return ShellPattern.replace(plainValue(name), pattern, owner.escape(), replacement, all);
  }

  private String nested(char stop, boolean keepEscapes) {
    WordBuilder outer = out;
    out = new WordBuilder();
    until(stop, keepEscapes);
    String result = out.whole();
    out = outer;
    return result;
  }

  /// A variable's name here: letters, digits and underscores; digits alone; or one special
  /// character.
  private String name() {
    if (!more()) {
      return "";
    }
    int start = at;
    char c = text.charAt(at);
    if (isDigit(c)) {
      while (more() && isDigit(text.charAt(at))) {
        at++;
      }
    } else if (isLetter(c)) {
      while (more() && (isLetter(text.charAt(at)) || isDigit(text.charAt(at)))) {
        at++;
      }
    } else if ("@*#?-$!".indexOf(c) >= 0) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isLetter(char c) {
    return c == '_'
        || (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || (c > 0x7F && Character.isLetter(c));
  }
}
