package dev.jbuild.dockerfile;

import java.util.List;
import java.util.Optional;

/// What COPY and ADD have in common: sources, destination, flags. Words are unexpanded but for
/// `from`, `excludes` and the booleans, which the language never expands.
///
/// @param heredocs inline files among the sources, after the others
/// @param link independent of the layers below
public record Transfer(
    List<String> sources,
    List<Heredoc> heredocs,
    String destination,
    Optional<String> from,
    Optional<String> chown,
    Optional<String> chmod,
    Optional<String> checksum,
    List<String> excludes,
    boolean link,
    boolean parents,
    Optional<Boolean> unpack,
    Optional<Boolean> keepGitDir) {

  public Transfer {
    sources = List.copyOf(sources);
    heredocs = List.copyOf(heredocs);
    excludes = List.copyOf(excludes);
  }
}
