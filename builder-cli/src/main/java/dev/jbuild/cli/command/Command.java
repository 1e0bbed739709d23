package dev.jbuild.cli.command;

import dev.jbuild.cli.option.OptionGroup;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/// A command: what it is called, its options, and what it does.
abstract class Command extends OptionGroup implements Callable<Integer> {

  private final CommandSpec spec;

  Command(String name, String description) {
    spec = CommandSpec.wrapWithoutInspection(this).name(name);
    spec.usageMessage().description(description);
  }

  /// Runs it with the values that were parsed, and returns the exit code.
  @Override
  public abstract Integer call();

  /// The parser of its part of the command line, to be asked for once.
  CommandLine parser() {
    declareTo(spec);
    return new CommandLine(spec);
  }
}
