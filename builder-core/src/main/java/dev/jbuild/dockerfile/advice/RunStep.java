package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Heredoc;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.shell.LogicalText;
import dev.jbuild.dockerfile.shell.ShellScript;
import dev.jbuild.dockerfile.shell.ShellWord;
import dev.jbuild.dockerfile.shell.SimpleCommand;
import dev.jbuild.problem.SourceSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// A RUN with its commands.
///
/// @param calls every command, in their order
/// @param unwrapped the same calls, those behind `sudo`, `env` and the like without them
/// @param pipefail whether the shell in force fails for every command of a pipe
/// @param shell whether the words are a shell's: false for the JSON form
record RunStep(
    Instruction.Run instruction,
    List<Call> calls,
    List<Call> unwrapped,
    boolean pipefail,
    boolean shell) {

  private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "ash", "zsh", "ksh");

  private static final Set<String> REMOVERS = Set.of("rm", "find");

  /// One command and the script it is in.
  record Call(ShellScript script, SimpleCommand command) {

    Call unwrapped() {
      SimpleCommand inner = command.unwrapped();
      return inner == command ? this : new Call(script, inner);
    }

    String program() {
      return command.program();
    }

    List<ShellWord> arguments() {
      List<ShellWord> words = command.words();
      return words.isEmpty() ? words : words.subList(1, words.size());
    }

    SourceSpan span(ShellWord word) {
      return script.span(word);
    }

    SourceSpan programSpan() {
      return script.span(command.words().getFirst());
    }
  }

  static RunStep of(Lines lines, Instruction.Run run, boolean pipefail) {
    List<LogicalText> texts = lines.texts(run);
    Command command = run.command();
    LogicalText line = texts.getFirst();
    if (!command.shellForm()) {
      return of(run, ShellScript.ofJson(line, line.arguments()), false, false);
    }
    ShellScript main = ShellScript.read(line, line.arguments());
    boolean inside = isScript(main, command.heredocs());
    return of(run, inside ? ShellScript.read(texts.get(1), 0) : main, pipefail, true);
  }

  private static RunStep of(
      Instruction.Run run, ShellScript script, boolean pipefail, boolean shell) {
    List<Call> calls = new ArrayList<>();
    List<Call> unwrapped = new ArrayList<>();
    for (SimpleCommand command : script.commands()) {
      Call call = new Call(script, command);
      calls.add(call);
      unwrapped.add(call.unwrapped());
    }
    return new RunStep(run, calls, unwrapped, pipefail, shell);
  }

  /// Whether the first here-document is what is run, by the shell or by one that is named.
  private static boolean isScript(ShellScript main, List<Heredoc> heredocs) {
    if (heredocs.isEmpty() || main.commands().size() > 1) {
      return false;
    }
    String body = heredocs.getFirst().body();
    String first = body.substring(0, Math.max(0, body.indexOf('\n')));
    boolean forShell = !first.startsWith("#!") || first.matches(".*\\b(sh|bash|dash|ash)\\b.*");
    return forShell
        && (main.commands().isEmpty() || SHELLS.contains(main.commands().getFirst().program()));
  }

  /// The calls of one of `programs`, behind `sudo`, `env` and the like too.
  List<Call> calls(Set<String> programs) {
    List<Call> found = new ArrayList<>();
    for (Call call : unwrapped) {
      if (programs.contains(call.program())) {
        found.add(call);
      }
    }
    return found;
  }

  /// Whether what is below `path` does not stay in the layer: a cache or a tmpfs is mounted there.
  boolean mounted(String path) {
    for (MountFlag mount : instruction.flags().mounts()) {
      String type = "bind";
      String target = "";
      for (MountFlag.Option option : mount.options()) {
        switch (option.key()) {
          case "type" -> type = option.value().orElse("");
          case "target", "dst", "destination" -> target = option.value().orElse("");
          default -> {}
        }
      }
      String clean = target.endsWith("/") ? target.substring(0, target.length() - 1) : target;
      if ((type.equals("cache") || type.equals("tmpfs"))
          && !clean.isEmpty()
          && (path.equals(clean) || path.startsWith(clean + "/"))) {
        return true;
      }
    }
    return false;
  }

  /// Whether a command removes what is at or below `path`.
  boolean removes(String path) {
    for (Call call : calls(REMOVERS)) {
      for (ShellWord word : call.arguments()) {
        if (word.value().startsWith(path)) {
          return true;
        }
      }
    }
    return false;
  }
}
