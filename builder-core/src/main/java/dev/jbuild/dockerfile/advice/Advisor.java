package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.dockerfile.rule.Finding;
import java.util.ArrayList;
import java.util.List;

/// Looks through a whole file, all its stages, by all rules of our own. What is skipped is the
/// caller's business.
public final class Advisor {

  private final Dockerfile dockerfile;
  private final StageIndex index;
  private final Lines lines;
  private final Notes notes = new Notes();
  private final List<Shell> shells = new ArrayList<>();

  private Advisor(Dockerfile dockerfile) {
    this.dockerfile = dockerfile;
    this.index = new StageIndex(dockerfile.stages());
    this.lines = new Lines(dockerfile);
  }

  /// @param images for each stage the image of its FROM, variables expanded; empty where it is not
  ///   known
  public static List<Finding> advise(Dockerfile dockerfile, List<String> images) {
    Advisor advisor = new Advisor(dockerfile);
    new BaseAdvice(dockerfile, advisor.index, advisor.notes).check(images);
    for (Stage stage : dockerfile.stages()) {
      advisor.stage(stage, images.get(stage.index()));
    }
    return advisor.notes.findings();
  }

  /// How the stage so far runs its commands.
  private static final class Shell {
    boolean posix;
    boolean pipefail;
    boolean pipCacheOff;

    Shell(boolean posix) {
      this.posix = posix;
    }

    Shell(Shell parent) {
      this.posix = parent.posix;
      this.pipefail = parent.pipefail;
      this.pipCacheOff = parent.pipCacheOff;
    }

    void set(List<String> words) {
      String program = words.getFirst().substring(words.getFirst().lastIndexOf('/') + 1);
      posix = List.of("sh", "bash", "dash", "ash", "zsh", "ksh").contains(program);
      pipefail = words.contains("pipefail") || words.stream().anyMatch(w -> w.endsWith("pipefail"));
    }
  }

  private void stage(Stage stage, String image) {
    // Files for Windows say so by their escape character, or by a SHELL.
    Shell shell =
        index
            .named(stage.index(), image)
            .map(base -> new Shell(shells.get(base.index())))
            .orElseGet(() -> new Shell(dockerfile.directives().escape() == '\\'));
    shells.add(shell);
    AptAdvice apt = new AptAdvice(notes);
    PackageAdvice packages = new PackageAdvice(notes);
    CommandAdvice commands = new CommandAdvice(notes);
    FileAdvice files = new FileAdvice(lines, notes);
    ConfigAdvice config = new ConfigAdvice(lines, notes);
    for (Instruction instruction : stage.body()) {
      config.check(instruction);
      switch (instruction) {
        case Instruction.Shell set -> shell.set(set.words());
        case Instruction.Env env ->
            shell.pipCacheOff |=
                env.variables().stream().anyMatch(v -> v.name().equals("PIP_NO_CACHE_DIR"));
        case Instruction.Run run when shell.posix || !run.command().shellForm() -> {
          RunStep step = RunStep.of(lines, run, shell.pipefail);
          apt.check(step);
          packages.check(step, shell.pipCacheOff);
          commands.check(step);
          files.run(step);
        }
        case Instruction.Copy copy -> files.copy(copy);
        case Instruction.Add add -> files.add(add);
        default -> {}
      }
    }
    config.end(stage, stage.index() == dockerfile.stages().size() - 1);
  }
}
