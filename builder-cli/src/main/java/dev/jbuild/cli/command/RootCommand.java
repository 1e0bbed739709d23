package dev.jbuild.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/// `jbuild` itself: the tree of commands.
public final class RootCommand {

  /// Every command by its name, in the order of the help. A command is made when it is called:
  /// looking at all options of all commands takes longer than many commands.
  private static final Map<String, Function<Session, CommandLine>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("build", session -> new BuildCommand(session).parser());
    COMMANDS.put("check", session -> new CheckCommand(session).parser());
    COMMANDS.put("plan", session -> new PlanCommand(session).parser());
    COMMANDS.put("print", session -> new PrintCommand(session).parser());
    COMMANDS.put("run", RootCommand::runner);
    COMMANDS.put("shell", session -> new ShellCommand(session).parser());
    COMMANDS.put("diff", session -> new DiffCommand(session).parser());
    COMMANDS.put("push", session -> new PushCommand(session).parser());
    COMMANDS.put("images", session -> new ImagesCommand(session).parser());
    COMMANDS.put("inspect", session -> new InspectCommand(session).parser());
    COMMANDS.put("explain", session -> new ExplainCommand(session).parser());
    COMMANDS.put("cache", CacheCommand::create);
    COMMANDS.put("doctor", session -> new DoctorCommand(session).parser());
    COMMANDS.put("completion", session -> new CompletionCommand(session).parser());
    COMMANDS.put("version", session -> new VersionCommand(session.console().out()).parser());
  }

  private RootCommand() {}

  /// The parser of the whole command line.
  public static CommandLine create(Session session) {
    return create(session, COMMANDS.keySet());
  }

  /// The parser of one command line: with the command it names alone, where it names one.
  static CommandLine create(Session session, List<String> arguments) {
    return arguments.isEmpty() || !COMMANDS.containsKey(arguments.getFirst())
        ? create(session)
        : create(session, Set.of(arguments.getFirst()));
  }

  private static CommandLine create(Session session, Set<String> names) {
    CommandLine root = new CommandLine(spec());
    COMMANDS.forEach((name, command) -> {
      if (names.contains(name)) {
        root.addSubcommand(name, command.apply(session));
      }
    });
    help(root);
    root.setOverwrittenOptionsAllowed(true);
    root.setExpandAtFiles(false);
    root.setInterpolateVariables(false);
    root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    return root;
  }

  private static CommandSpec spec() {
    CommandSpec spec = CommandSpec.create().name("jbuild");
    spec.usageMessage()
        .description("Builds images from Dockerfiles: no daemon, no root, no privileges")
        .synopsisSubcommandLabel("COMMAND");
    return spec.addOption(
        OptionSpec.builder("-v", "--version")
            .versionHelp(true)
            .description("Print the version")
            .build());
  }

  /// What follows the image's name is the command's, options too.
  private static CommandLine runner(Session session) {
    return new RunCommand(session).parser().setStopAtPositional(true);
  }

  private static void help(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help")
                .build());
    command.getCommandSpec().usageMessage().sortOptions(false);
    command.getSubcommands().values().forEach(RootCommand::help);
  }
}
