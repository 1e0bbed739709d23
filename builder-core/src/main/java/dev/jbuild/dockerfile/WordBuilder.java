package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;

/// Collects the result of an expansion, as one text and as words at the same time.
final class WordBuilder {

  private final StringBuilder whole = new StringBuilder();
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean inWord;

  /// A character that does not split words, whatever it is.
  void quoted(String text) {
    whole.append(text);
    word.append(text);
    inWord = true;
  }

  /// Text whose blanks split words.
  void plain(String text) {
    whole.append(text);
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isWhitespace(c)) {
        endWord();
      } else {
        word.append(c);
        inWord = true;
      }
    }
  }

  private void endWord() {
    if (inWord) {
      words.add(word.toString());
      word.setLength(0);
      inWord = false;
    }
  }

  String whole() {
    return whole.toString();
  }

  List<String> words() {
    endWord();
    return List.copyOf(words);
  }
}
