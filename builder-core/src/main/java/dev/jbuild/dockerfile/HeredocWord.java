package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The word `<<NAME` that announces a here-document.
record HeredocWord(String name, int fileDescriptor, boolean stripTabs, boolean expand) {

  private static final Pattern GAP = Pattern.compile("<<(-?)[ \\t]+");
  private static final Pattern WORD = Pattern.compile("^(\\d*)<<(-?)\\s*([^<]*)$");

  /// The here-documents that a line announces, in order; none in JSON form.
  static List<HeredocWord> in(String line, char escape) {
    List<HeredocWord> found = new ArrayList<>();
    if (JsonForm.of(line).isPresent()) {
      return found;
    }
    for (String word : RawWords.split(withoutGaps(line), escape)) {
      parse(word).ifPresent(found::add);
    }
    return found;
  }

  /// The text with `<< NAME` as one word.
  static String withoutGaps(String text) {
    return text.contains("<<") ? GAP.matcher(text).replaceAll("<<$1") : text;
  }

  /// Reads one word, quotes still in it.
  static Optional<HeredocWord> parse(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      return Optional.empty();
    }
    String raw = matcher.group(3);
    String name;
    try {
      name = new Expander('\\', n -> Optional.of("$" + n)).expand(raw);
    } catch (InvalidInput e) {
      return Optional.empty();
    }
    if (name.isBlank()) {
      return Optional.empty();
    }
    int fd =
        matcher.group(1).isEmpty()
            ? 0
            : Integer.parseInt(matcher.group(1).length() > 6 ? "0" : matcher.group(1));
    return Optional.of(new HeredocWord(name, fd, !matcher.group(2).isEmpty(), !isQuoted(raw)));
  }

  /// Whether an unescaped quote is in the word: then the body is taken as it is.
  private static boolean isQuoted(String word) {
    for (int i = 0; i < word.length(); i++) {
      char c = word.charAt(i);
      if (c == '\\') {
        i++;
      } else if (c == '"' || c == '\'') {
        return true;
      }
    }
    return false;
  }

  Heredoc with(String body) {
    return new Heredoc(name, fileDescriptor, body, expand, stripTabs);
  }
}
