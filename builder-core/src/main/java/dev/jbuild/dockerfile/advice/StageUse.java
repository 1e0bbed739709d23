package dev.jbuild.dockerfile.advice;

import dev.jbuild.dockerfile.Instruction;
import dev.jbuild.dockerfile.MountFlag;
import dev.jbuild.dockerfile.Stage;
import java.util.ArrayList;
import java.util.List;

/// What a stage names as its sources.
record StageUse(Stage stage, List<Source> sources) {

  /// @param name as written after `--from=` or `from=`
  record Source(Instruction instruction, String name) {}

  static StageUse of(Stage stage) {
    List<Source> sources = new ArrayList<>();
    for (Instruction instruction : stage.body()) {
      switch (instruction) {
        case Instruction.Copy copy ->
            copy.transfer().from().ifPresent(name -> sources.add(new Source(copy, name)));
        case Instruction.Run run -> {
          for (MountFlag mount : run.flags().mounts()) {
            for (MountFlag.Option option : mount.options()) {
              if (option.key().equals("from")) {
                option.value().ifPresent(name -> sources.add(new Source(run, name)));
              }
            }
          }
        }
        default -> {}
      }
    }
    return new StageUse(stage, sources);
  }
}
