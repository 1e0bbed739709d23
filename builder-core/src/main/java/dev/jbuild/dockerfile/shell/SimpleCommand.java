package dev.jbuild.dockerfile.shell;

import java.util.List;
import java.util.Set;

/// A program and its arguments.
///
/// @param assignments `NAME=value` in front of it
/// @param words the program and its arguments, without redirections
/// @param pipeline number of the pipeline it belongs to; equal for commands joined by `|`
public record SimpleCommand(List<ShellWord> assignments, List<ShellWord> words, int pipeline) {

  private static final Set<String> WRAPPERS =
      Set.of("sudo", "env", "exec", "command", "time", "nice", "nohup", "eatmydata", "gosu");

  public SimpleCommand {
    assignments = List.copyOf(assignments);
    words = List.copyOf(words);
  }

  /// The program's name without its directory; empty when there are only assignments.
  public String program() {
    return words.isEmpty() ? "" : name(words.getFirst());
  }

  private static String name(ShellWord word) {
    return word.value().substring(word.value().lastIndexOf('/') + 1);
  }

  /// The command that `sudo`, `env` and the like start; this one if it is none of them.
  public SimpleCommand unwrapped() {
    int at = 0;
    while (at < words.size() && WRAPPERS.contains(name(words.get(at)))) {
      at++;
      while (at < words.size()
          && (words.get(at).value().startsWith("-") || words.get(at).value().contains("="))) {
        at++;
      }
    }
    return at == 0 || at >= words.size()
        ? this
        : new SimpleCommand(assignments, words.subList(at, words.size()), pipeline);
  }
}
