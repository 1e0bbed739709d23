package dev.jbuild.dockerfile;

import java.util.List;

/// What RUN, CMD or ENTRYPOINT start.
///
/// @param shellForm true: `words` is one string for the shell in force; false: the words of a JSON
///   array
/// @param heredocs here-documents of a RUN line, in order
public record Command(boolean shellForm, List<String> words, List<Heredoc> heredocs) {

  public Command {
    words = List.copyOf(words);
    heredocs = List.copyOf(heredocs);
  }
}
