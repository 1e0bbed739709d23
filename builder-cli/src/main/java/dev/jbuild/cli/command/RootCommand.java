package dev.jbuild.cli.command;

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

  /// The parser of the whole command line.
  public static CommandLine create(Session session) {
    CommandLine root = new CommandLine(new RootCommand());
    root.addSubcommand(new BuildCommand(session));
    root.addSubcommand(new PlanCommand(session));
    root.addSubcommand(runner(session));
    root.addSubcommand(new PushCommand(session));
    root.addSubcommand(new ImagesCommand(session));
    root.addSubcommand(new InspectCommand(session));
    root.addSubcommand(new ExplainCommand(session));
    root.addSubcommand(CacheCommand.create(session));
    root.addSubcommand(new CompletionCommand(session));
    root.addSubcommand(new VersionCommand(session.console().out()));
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
