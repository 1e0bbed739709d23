package dev.jbuild.cli.command;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/// `jbuild` itself: the tree of commands.
@Command(
    name = "jbuild",
    description = "Builds images from Dockerfiles: no daemon, no root, no privileges",
    synopsisSubcommandLabel = "COMMAND")
public final class RootCommand {

  @Option(
      names = {"-v", "--version"},
      versionHelp = true,
      description = "Print the version")
  boolean version;

  /// Every command by its name, in the order of the help. A command is made when it is called:
  /// looking at all options of all commands takes longer than many commands.
  private static final Map<String, Function<Session, CommandLine>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("build", session -> new CommandLine(new BuildCommand(session)));
    COMMANDS.put("check", session -> new CommandLine(new CheckCommand(session)));
    COMMANDS.put("plan", session -> new CommandLine(new PlanCommand(session)));
    COMMANDS.put("print", session -> new CommandLine(new PrintCommand(session)));
    COMMANDS.put("run", RootCommand::runner);
    COMMANDS.put("shell", session -> new CommandLine(new ShellCommand(session)));
    COMMANDS.put("diff", session -> new CommandLine(new DiffCommand(session)));
    COMMANDS.put("push", session -> new CommandLine(new PushCommand(session)));
    COMMANDS.put("images", session -> new CommandLine(new ImagesCommand(session)));
    COMMANDS.put("inspect", session -> new CommandLine(new InspectCommand(session)));
    COMMANDS.put("explain", session -> new CommandLine(new ExplainCommand(session)));
    COMMANDS.put("cache", CacheCommand::create);
    COMMANDS.put("doctor", session -> new CommandLine(new DoctorCommand(session)));
    COMMANDS.put("completion", session -> new CommandLine(new CompletionCommand(session)));
    COMMANDS.put(
        "version", session -> new CommandLine(new VersionCommand(session.console().out())));
  }

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
    CommandLine root = new CommandLine(new RootCommand());
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

  /// What follows the image's name is the command's, options too.
  private static CommandLine runner(Session session) {
    return new CommandLine(new RunCommand(session)).setStopAtPositional(true);
  }

  private static void help(CommandLine command) {
    command
        .getCommandSpec()
        .addOption(
            CommandLine.Model.OptionSpec.builder("-h", "--help")
                .usageHelp(true)
                .description("Show this help")
                .build());
    command.getCommandSpec().usageMessage().sortOptions(false);
    command.getSubcommands().values().forEach(RootCommand::help);
  }
}
