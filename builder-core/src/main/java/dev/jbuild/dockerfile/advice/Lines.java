package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.shell.LogicalText;
import dev.jbuild.dockerfile.shell.ShellWord;
import dev.jbuild.problem.SourceSpan;
import java.util.List;

/// The words of instructions and their places.
record Lines(Dockerfile dockerfile) {

  List<LogicalText> texts(Instruction instruction) {
    return LogicalText.of(dockerfile.source(), instruction, dockerfile.directives().escape());
  }

  /// The place of the first word that is `wanted`, or ends in it after `=`; else of the keyword.
  SourceSpan word(Instruction instruction, String wanted) {
    LogicalText text = texts(instruction).getFirst();
    List<ShellWord> words = text.words(0);
    for (ShellWord word : words.subList(1, words.size())) {
      if (bare(word.value()).equals(wanted)) {
        return text.span(word.start(), word.end());
      }
    }
    for (ShellWord word : words.subList(1, words.size())) {
      int at = word.value().indexOf(wanted);
      if (at >= 0 && !wanted.isEmpty()) {
        return text.span(word.start() + at, word.start() + at + wanted.length());
      }
    }
    return keyword(instruction);
  }

  private static String bare(String word) {
    boolean quoted =
        word.length() > 1
            && (word.startsWith("\"") || word.startsWith("'"))
            && word.endsWith(word.substring(0, 1));
    return quoted ? word.substring(1, word.length() - 1) : word;
  }

  SourceSpan keyword(Instruction instruction) {
    SourceSpan span = instruction.span();
    String text = instruction.text();
    int length = 0;
    while (length < text.length() && !Character.isWhitespace(text.charAt(length))) {
      length++;
    }
    return new SourceSpan(
        span.source(),
        span.startLine(),
        span.startColumn(),
        span.startLine(),
        span.startColumn() + length);
  }
}
