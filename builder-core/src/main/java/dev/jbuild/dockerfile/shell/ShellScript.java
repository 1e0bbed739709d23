package dev.jbuild.dockerfile.shell;

import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The commands of a script, in order, those of substitutions and subshells among them.
public record ShellScript(LogicalText text, List<SimpleCommand> commands) {

  private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*+)\"");

  public ShellScript {
    commands = List.copyOf(commands);
  }

  /// Reads the script that begins at `from`. Never fails: what is no shell gives odd words.
  public static ShellScript read(LogicalText text, int from) {
    return new ShellScript(text, new ShellReader(text.text(), from).read());
  }

  /// The one command of a JSON form that begins at `from`. Escapes in its strings stay as written.
  public static ShellScript ofJson(LogicalText text, int from) {
    List<ShellWord> words = new ArrayList<>();
    Matcher matcher = STRING.matcher(text.text()).region(from, text.text().length());
    while (matcher.find()) {
      words.add(new ShellWord(matcher.group(1), matcher.start(1), matcher.end(1), false));
    }
    SimpleCommand command = new SimpleCommand(List.of(), words, 0);
    return new ShellScript(text, words.isEmpty() ? List.of() : List.of(command));
  }

  public SourceSpan span(ShellWord word) {
    return text.span(word.start(), word.end());
  }
}
