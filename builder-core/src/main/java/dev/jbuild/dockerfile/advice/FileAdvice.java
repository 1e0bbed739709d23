package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Transfer;
import dev.jbuild.dockerfile.advice.RunStep.Call;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.problem.SourceSpan;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Rules about COPY and ADD.
final class FileAdvice {

  private static final Set<String> INSTALLERS =
      Set.of(
          "npm",
          "pnpm",
          "yarn",
          "pip",
          "pip3",
          "bundle",
          "composer",
          "poetry",
          "pipenv",
          "uv",
          "go",
          "cargo",
          "dotnet");

  private final Lines lines;
  private final Notes notes;

  /// The first `COPY . .` of the stage that nothing followed yet.
  private Optional<Instruction.Copy> everything = Optional.empty();

  /// Whether dependencies were installed before that.
  private boolean installed;

  FileAdvice(Lines lines, Notes notes) {
    this.lines = lines;
    this.notes = notes;
  }

  void add(Instruction.Add add) {
    Transfer transfer = add.transfer();
    mode(add, transfer);
    for (String source : transfer.sources()) {
      if (isUrl(source) && transfer.checksum().isEmpty()) {
        notes.add(
            Advice.ADD_WITHOUT_CHECKSUM,
            lines.word(add, source),
            "nothing says what " + source + " should hold",
            "add --checksum=sha256:DIGEST");
      }
    }
    boolean plain =
        transfer.unpack().isEmpty()
            && transfer.checksum().isEmpty()
            && transfer.keepGitDir().isEmpty()
            && transfer.sources().stream().noneMatch(FileAdvice::needsAdd);
    if (plain) {
      SourceSpan keyword = lines.keyword(add);
      boolean lower = add.text().startsWith("add");
      notes.add(
          Advice.ADD_INSTEAD_OF_COPY,
          keyword,
          "ADD where COPY serves",
          "write COPY",
          new Edit(keyword, lower ? "copy" : "COPY"));
    }
  }

  private static boolean isUrl(String source) {
    return source.matches("(?i)https?://.*") && !source.matches(".*\\.git([#?].*)?");
  }

  /// Whether only ADD does the right thing: archives, URLs, repositories, and what is not known.
  private static boolean needsAdd(String source) {
    return source.contains("://")
        || source.startsWith("git@")
        || source.contains("$")
        || source.matches(".*(\\.tar(\\.[a-z0-9]+)?|\\.t[gbx]z2?|\\.tzst|\\*)");
  }

  void copy(Instruction.Copy copy) {
    Transfer transfer = copy.transfer();
    mode(copy, transfer);
    boolean all =
        transfer.from().isEmpty()
            && transfer.sources().stream().anyMatch(s -> s.equals(".") || s.equals("./"));
    if (all && everything.isEmpty()) {
      everything = Optional.of(copy);
    }
  }

  private void mode(Instruction instruction, Transfer transfer) {
    transfer
        .chmod()
        .filter(CommandAdvice::isOpen)
        .ifPresent(mode ->
            notes.add(
                Advice.WORLD_WRITABLE,
                lines.word(instruction, mode),
                "mode " + mode + " lets every user change the files",
                "give the files to the user who needs them (--chown), with mode 755 or less"));
  }

  void run(RunStep step) {
    Optional<Call> install = step.unwrapped().stream().filter(FileAdvice::installs).findFirst();
    if (everything.isEmpty()) {
      installed |= install.isPresent();
    } else if (install.isPresent() && !installed) {
      notes.add(
          Advice.COPY_ALL_BEFORE_INSTALL,
          lines.word(everything.get(), everything.get().transfer().sources().getFirst()),
          "every change of a file makes " + install.get().program() + " install everything again",
          "copy what lists the dependencies, install, then copy the rest");
      everything = Optional.empty();
    }
  }

  private static boolean installs(Call call) {
    if (!INSTALLERS.contains(call.program())) {
      return false;
    }
    Operands operands = Operands.of(call.arguments(), Set.of("--prefix", "-C", "--cwd"));
    List<String> words = operands.words().stream().map(w -> w.value()).toList();
    String verb = words.isEmpty() ? "" : words.getFirst();
    return switch (call.program()) {
      case "npm" -> Set.of("ci", "install", "i").contains(verb) && words.size() == 1;
      case "pnpm" -> verb.equals("install") || verb.equals("i");
      case "yarn" -> words.isEmpty() || verb.equals("install");
      case "pip", "pip3" -> verb.equals("install") && operands.has("requirement", 'r');
      case "bundle", "composer", "poetry", "pipenv" -> verb.equals("install");
      case "uv" -> verb.equals("sync");
      case "go" -> words.size() > 1 && verb.equals("mod") && words.get(1).equals("download");
      case "cargo" -> verb.equals("fetch");
      case "dotnet" -> verb.equals("restore");
      default -> false;
    };
  }
}
