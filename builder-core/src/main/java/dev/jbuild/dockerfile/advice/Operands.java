package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.shell.ShellWord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The arguments of a call, options apart from the rest.
///
/// @param options as written, values that are words of their own left out
/// @param words what is no option and no value of one
record Operands(List<ShellWord> options, List<ShellWord> words) {

  /// @param withValue the options that take the next word as their value
  static Operands of(List<ShellWord> arguments, Set<String> withValue) {
    List<ShellWord> options = new ArrayList<>();
    List<ShellWord> words = new ArrayList<>();
    boolean ended = false;
    for (int i = 0; i < arguments.size(); i++) {
      ShellWord word = arguments.get(i);
      if (ended || !word.value().startsWith("-") || word.value().equals("-")) {
        words.add(word);
      } else if (word.value().equals("--")) {
        ended = true;
      } else {
        options.add(word);
        i += withValue.contains(word.value()) ? 1 : 0;
      }
    }
    return new Operands(options, words);
  }

  Optional<ShellWord> first() {
    return words.isEmpty() ? Optional.empty() : Optional.of(words.getFirst());
  }

  boolean startsWith(String subcommand) {
    return first().filter(word -> word.value().equals(subcommand)).isPresent();
  }

  /// Whether there is a long option, alone or with `=`, or a letter among the short ones.
  boolean has(String longName, char letter) {
    for (ShellWord option : options) {
      String text = option.value();
      if (isLong(text, longName) || !text.startsWith("--") && text.indexOf(letter) > 0) {
        return true;
      }
    }
    return false;
  }

  boolean has(String longName) {
    for (ShellWord option : options) {
      if (isLong(option.value(), longName)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isLong(String option, String name) {
    return option.equals("--" + name) || option.startsWith("--" + name + "=");
  }
}
