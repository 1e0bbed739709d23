package dev.jbuild.cli.command;

import dev.jbuild.cli.option.UsageException;
import dev.jbuild.dockerfile.Nearest;
import dev.jbuild.problem.Problem;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// What the parser of arguments complains of, in our words.
final class ParseFailure {

  private ParseFailure() {}

  static UsageException explain(ParameterException e) {
    CommandLine command = e.getCommandLine();
    String help = "see " + command.getCommandSpec().qualifiedName() + " --help";
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getUnmatched().isEmpty()) {
      return new UsageException(unknown(command, unmatched).help(help));
    }
    String message = String.valueOf(e.getMessage());
    return new UsageException(Problem.error("InvalidOption", lowered(message)).help(help));
  }

  private static Problem unknown(CommandLine command, UnmatchedArgumentException e) {
    String text = e.getUnmatched().getFirst();
    if (text.startsWith("-") && text.length() > 1) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      List<String> known = new ArrayList<>();
      command.getCommandSpec().options().stream()
          .filter(option -> !option.hidden())
          .map(OptionSpec::names)
          .forEach(names -> known.addAll(List.of(names)));
      return Problem.error("UnknownOption", "unknown option " + name + Nearest.hint(name, known));
    }
    if (!command.getSubcommands().isEmpty()) {
      return Problem.error(
          "UnknownCommand",
          "unknown command '" + text + "'" + Nearest.hint(text, command.getSubcommands().keySet()));
    }
    return Problem.error("TooManyArguments", "unexpected argument '" + text + "'");
  }

  private static String lowered(String message) {
    return message.isEmpty()
        ? message
        : Character.toLowerCase(message.charAt(0)) + message.substring(1);
  }
}
