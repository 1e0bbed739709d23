package dev.jbuild.dockerfile.check;

import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.NameValue;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.dockerfile.Transfer;
import java.util.ArrayList;
import java.util.List;

/// The rule about variables that nothing defines, over the words that the builder expands.
final class Words {

  private final StageScope scope;
  private final Findings findings;

  Words(StageScope scope, Findings findings) {
    this.scope = scope;
    this.findings = findings;
  }

  void check(Instruction instruction) {
    if (!scope.complete) {
      return;
    }
    scope.variables.takeUndefined();
    words(instruction).forEach(scope.variables::expand);
    for (String name : scope.variables.takeUndefined()) {
      String hint =
          Nearest.to(name, scope.variables.names())
              .map(known -> " (did you mean $" + known + "?)")
              .orElse("");
      findings.add(
          Rule.UNDEFINED_VAR, instruction, "Usage of undefined variable '$" + name + "'" + hint);
    }
  }

  private static List<String> words(Instruction instruction) {
    return switch (instruction) {
      case Instruction.Arg arg ->
          arg.declarations().stream().flatMap(d -> d.value().stream()).toList();
      case Instruction.Env env -> pairs(env.variables());
      case Instruction.Label label -> pairs(label.labels());
      case Instruction.Copy copy -> transfer(copy.transfer());
      case Instruction.Add add -> transfer(add.transfer());
      case Instruction.Workdir workdir -> List.of(workdir.path());
      case Instruction.User user -> List.of(user.user());
      case Instruction.Volume volume -> volume.paths();
      case Instruction.StopSignal signal -> List.of(signal.signal());
      case Instruction.Expose expose -> expose.ports();
      case Instruction.Run run -> mounts(run.flags().mounts());
      default -> List.of();
    };
  }

  private static List<String> pairs(List<NameValue> pairs) {
    List<String> words = new ArrayList<>();
    for (NameValue pair : pairs) {
      words.add(pair.name());
      words.add(pair.value());
    }
    return words;
  }

  private static List<String> transfer(Transfer transfer) {
    List<String> words = new ArrayList<>(transfer.sources());
    words.add(transfer.destination());
    transfer.chown().ifPresent(words::add);
    transfer.chmod().ifPresent(words::add);
    transfer.checksum().ifPresent(words::add);
    return words;
  }

  private static List<String> mounts(List<MountFlag> mounts) {
    List<String> words = new ArrayList<>();
    for (MountFlag mount : mounts) {
      for (MountFlag.Option option : mount.options()) {
        if (!option.key().equals("from")) {
          option.value().ifPresent(words::add);
        }
      }
    }
    return words;
  }
}
