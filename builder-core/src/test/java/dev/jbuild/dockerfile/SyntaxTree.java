package dev.jbuild.dockerfile;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Writes lines as the expressions of the syntax-tree cases: `(copy ["--from=a"] "b" "/c")`.
final class SyntaxTree {

  private final char escape;

  SyntaxTree(char escape) {
    this.escape = escape;
  }

  /// One instruction. What the language does not take is written as it stands, for the cases know
  /// words and no meaning.
  String of(SourceLine line) {
    StringBuilder out = new StringBuilder("(").append(line.keyword().toLowerCase(Locale.ROOT));
    List<String> flags = new ArrayList<>();
    String rest = flags(line.arguments(), flags);
    if (!flags.isEmpty()) {
      out.append(" [").append(String.join(" ", flags.stream().map(SyntaxTree::quoted).toList()));
      out.append(']');
    }
    SourceLine bare =
        new SourceLine(line.span(), line.keyword(), rest, line.heredocs(), line.comments(), false);
    words(bare).forEach(word -> out.append(' ').append(word));
    return out.append(')').toString();
  }

  private String flags(String arguments, List<String> flags) {
    String rest = arguments;
    while (rest.startsWith("--")) {
      String flag = RawWords.split(rest, escape).getFirst();
      rest = rest.substring(flag.length()).strip();
      if (flag.equals("--")) {
        break;
      }
      flags.add(flag);
    }
    return rest;
  }

  private List<String> words(SourceLine line) {
    try {
      return words(new InstructionParser(escape).parse(line), line);
    } catch (SyntaxError e) {
      String[] parts = line.arguments().split("\\s+", 2);
      return List.of(parts).stream().filter(p -> !p.isEmpty()).map(SyntaxTree::quoted).toList();
    }
  }

  private List<String> words(Instruction instruction, SourceLine line) {
    return switch (instruction) {
      case Instruction.Env env -> pairs(env.variables());
      case Instruction.Label label -> pairs(label.labels());
      case Instruction.OnBuild onBuild -> List.of(of(trigger(line)));
      case Instruction.HealthCheck check -> healthcheck(check.healthcheck().test());
      case Instruction.Arg arg ->
          quoted(
              arg.declarations().stream()
                  .map(d -> d.name() + d.value().map(v -> "=" + v).orElse(""))
                  .toList());
      case Instruction.From from -> quoted(List.of(line.arguments().split("\\s+")));
      case Instruction.Run run -> quoted(run.command().words());
      case Instruction.Cmd cmd -> quoted(cmd.command().words());
      case Instruction.Entrypoint entrypoint -> quoted(entrypoint.command().words());
      case Instruction.Shell shell -> quoted(shell.words());
      case Instruction.Copy copy -> transfer(copy.transfer());
      case Instruction.Add add -> transfer(add.transfer());
      case Instruction.Expose expose -> quoted(InstructionParser.words(line.arguments()));
      case Instruction.Volume volume -> quoted(volume.paths());
      case Instruction.Workdir workdir -> quoted(List.of(workdir.path()));
      case Instruction.User user -> quoted(List.of(user.user()));
      case Instruction.StopSignal stop -> quoted(List.of(stop.signal()));
      case Instruction.Maintainer maintainer -> quoted(List.of(maintainer.author()));
    };
  }

  private static SourceLine trigger(SourceLine line) {
    String[] parts = line.arguments().split("\\s+", 2);
    return new SourceLine(line.span(), parts[0], parts[1], line.heredocs(), line.comments(), false);
  }

  private static List<String> transfer(Transfer transfer) {
    List<String> words = new ArrayList<>(transfer.sources());
    words.add(transfer.destination());
    return quoted(words);
  }

  private static List<String> pairs(List<NameValue> pairs) {
    List<String> words = new ArrayList<>();
    for (NameValue pair : pairs) {
      words.add(quoted(pair.name()));
      words.add(quoted(pair.value()));
      words.add(pair.legacy() ? "\"\"" : "\"=\"");
    }
    return words;
  }

  private static List<String> healthcheck(List<String> test) {
    List<String> words = new ArrayList<>(test);
    words.set(0, test.getFirst().equals("CMD-SHELL") ? "CMD" : test.getFirst());
    return quoted(words);
  }

  private static List<String> quoted(List<String> words) {
    return words.stream().map(SyntaxTree::quoted).toList();
  }

  /// As Go quotes strings.
  private static String quoted(String text) {
    StringBuilder out = new StringBuilder("\"");
    text.chars()
        .forEach(c -> {
          switch (c) {
            case '"', '\\' -> out.append('\\').append((char) c);
            case '\n' -> out.append("\\n");
            case '\t' -> out.append("\\t");
            case '\r' -> out.append("\\r");
            case '\b' -> out.append("\\b");
            case '\f' -> out.append("\\f");
            case 0 -> out.append("\\x00");
            default -> out.append((char) c);
          }
        });
    return out.append('"').toString();
  }
}
