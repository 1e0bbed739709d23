package dev.jbuild.dockerfile.mend;

import dev.jbuild.dockerfile.Command;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.dockerfile.shell.LogicalText;
import dev.jbuild.dockerfile.shell.ShellWord;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// The edits that mend what the checks of `docker build` find, where no person is needed to decide.
public final class DockerMends {

  private static final String PLAIN = "[A-Za-z0-9_./:=@%+,-]+";
  private static final Set<String> BUILT_IN =
      Set.of(
          "cd", "exec", "export", "set", "unset", "source", ".", ":", "eval", "exit", "ulimit",
          "umask", "trap", "wait", "alias", "if", "for", "while", "case", "until");

  private final Dockerfile dockerfile;
  private final NavigableMap<Integer, Instruction> byLine = new TreeMap<>();

  public DockerMends(Dockerfile dockerfile) {
    this.dockerfile = dockerfile;
    dockerfile.globalArgs().forEach(this::known);
    for (Stage stage : dockerfile.stages()) {
      known(stage.from());
      stage.body().forEach(this::known);
    }
  }

  private void known(Instruction instruction) {
    byLine.put(instruction.span().startLine(), instruction);
  }

  /// The finding with its edits, if it has some.
  public Finding complete(Finding finding) {
    Map.Entry<Integer, Instruction> entry =
        byLine.floorEntry(finding.problem().span().orElseThrow().startLine());
    return entry == null
        ? finding
        : new Finding(finding.rule(), finding.problem(), edits(finding, entry.getValue()));
  }

  private List<Edit> edits(Finding finding, Instruction instruction) {
    LogicalText text =
        LogicalText.of(dockerfile.source(), instruction, dockerfile.directives().escape())
            .getFirst();
    List<ShellWord> words = text.words(0);
    return switch (finding.rule().code()) {
      case "StageNameCasing" -> word(text, words.getLast(), lower(words.getLast().value()));
      case "FromAsCasing" -> {
        boolean upper = words.getFirst().value().equals("FROM");
        yield word(text, words.get(words.size() - 2), upper ? "AS" : "as");
      }
      case "ConsistentInstructionCasing" -> {
        String keyword = words.getFirst().value();
        boolean toLower = finding.problem().message().endsWith("(lowercase)");
        yield word(
            text, words.getFirst(), toLower ? lower(keyword) : keyword.toUpperCase(Locale.ROOT));
      }
      case "NoEmptyContinuation" -> emptyLines(instruction);
      case "LegacyKeyValueFormat" -> legacy(instruction, text, words);
      case "MaintainerDeprecated" -> maintainer(instruction, text, words);
      case "JSONArgsRecommended" -> json(instruction, text, words);
      case "ExposeProtoCasing" -> protocols(text, words);
      case "RedundantTargetPlatform" -> platform(text, words);
      default -> List.of();
    };
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }

  private static List<Edit> word(LogicalText text, ShellWord word, String replacement) {
    return List.of(new Edit(text.span(word.start(), word.end()), replacement));
  }

  private List<Edit> emptyLines(Instruction instruction) {
    SourceText source = dockerfile.source();
    List<Edit> edits = new ArrayList<>();
    SourceSpan span = instruction.span();
    int last = Math.min(span.endLine(), lastLine(instruction));
    for (int n = span.startLine() + 1; n <= last && n < source.lines(); n++) {
      if (source.line(n).isBlank()) {
        edits.add(new Edit(new SourceSpan(source, n, 1, n + 1, 1), ""));
      }
    }
    return edits;
  }

  /// The line before the here-documents of an instruction.
  private int lastLine(Instruction instruction) {
    LogicalText text =
        LogicalText.of(dockerfile.source(), instruction, dockerfile.directives().escape())
            .getFirst();
    return text.after(text.text().length()).startLine();
  }

  private List<Edit> legacy(Instruction instruction, LogicalText text, List<ShellWord> words) {
    List<NameValue> pairs =
        switch (instruction) {
          case Instruction.Env env -> env.variables();
          case Instruction.Label label -> label.labels();
          default -> List.of();
        };
    if (pairs.size() != 1 || words.size() < 3) {
      return List.of();
    }
    String value = pairs.getFirst().value();
    int start = text.text().indexOf(value, words.get(1).end());
    SourceSpan gap = text.span(words.get(1).end(), start);
    boolean blanks = value.chars().anyMatch(Character::isWhitespace);
    boolean quotes = value.chars().anyMatch(c -> c == '"' || c == '\'' || c == '\\' || c == '`');
    if (start < 0 || gap.startLine() != gap.endLine() || blanks && quotes) {
      return List.of();
    }
    return blanks
        ? List.of(new Edit(gap, "=\""), new Edit(text.after(start + value.length()), "\""))
        : List.of(new Edit(gap, "="));
  }

  private static List<Edit> maintainer(
      Instruction instruction, LogicalText text, List<ShellWord> words) {
    if (!(instruction instanceof Instruction.Maintainer maintainer)) {
      return List.of();
    }
    String escaped =
        maintainer.author().replace("\\", "\\\\").replace("\"", "\\\"").replace("$", "\\$");
    String keyword = words.getFirst().value().equals("maintainer") ? "label" : "LABEL";
    SourceSpan all = text.span(0, words.getLast().end());
    return all.startLine() == all.endLine()
        ? List.of(new Edit(all, keyword + " org.opencontainers.image.authors=\"" + escaped + "\""))
        : List.of();
  }

  /// Only for commands that mean the same without a shell, and where no CMD would be added to an
  /// ENTRYPOINT that has ignored it so far.
  private List<Edit> json(Instruction instruction, LogicalText text, List<ShellWord> words) {
    Command command;
    switch (instruction) {
      case Instruction.Cmd cmd -> command = cmd.command();
      case Instruction.Entrypoint entry when !hasCmd(entry) -> command = entry.command();
      default -> {
        return List.of();
      }
    }
    List<ShellWord> arguments = words.subList(1, words.size());
    boolean plain =
        command.shellForm()
            && !arguments.isEmpty()
            && arguments.stream().allMatch(w -> w.value().matches(PLAIN))
            && !arguments.getFirst().value().contains("=")
            && !BUILT_IN.contains(arguments.getFirst().value());
    if (!plain) {
      return List.of();
    }
    SourceSpan all = text.span(arguments.getFirst().start(), arguments.getLast().end());
    return all.startLine() == all.endLine()
        ? List.of(
            new Edit(
                all,
                arguments.stream()
                    .map(w -> "\"" + w.value() + "\"")
                    .collect(Collectors.joining(", ", "[", "]"))))
        : List.of();
  }

  private boolean hasCmd(Instruction entrypoint) {
    return dockerfile.stages().stream()
        .filter(stage -> stage.body().contains(entrypoint))
        .flatMap(stage -> stage.body().stream())
        .anyMatch(i -> i instanceof Instruction.Cmd);
  }

  private static List<Edit> protocols(LogicalText text, List<ShellWord> words) {
    List<Edit> edits = new ArrayList<>();
    for (ShellWord word : words.subList(1, words.size())) {
      int slash = word.value().indexOf('/');
      if (slash > 0 && word.value().substring(slash).matches("/[A-Za-z]+")) {
        String protocol = word.value().substring(slash + 1);
        if (!protocol.equals(lower(protocol))) {
          edits.add(new Edit(text.span(word.start() + slash + 1, word.end()), lower(protocol)));
        }
      }
    }
    return edits;
  }

  private static List<Edit> platform(LogicalText text, List<ShellWord> words) {
    for (int i = 1; i + 1 < words.size(); i++) {
      if (words.get(i).value().matches("--platform=\"?\\$\\{?TARGETPLATFORM\\}?\"?")) {
        SourceSpan span = text.span(words.get(i).start(), words.get(i + 1).start());
        return span.startLine() == span.endLine() ? List.of(new Edit(span, "")) : List.of();
      }
    }
    return List.of();
  }
}
