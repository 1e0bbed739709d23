package dev.jbuild.cli.command;

import picocli.AutoComplete;

/// `jbuild completion`.
public final class CompletionCommand extends Command {

  private final Session session;

  public CompletionCommand(Session session) {
    super("completion", "Print a completion script for bash and zsh: source <(jbuild completion)");
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().out().print(AutoComplete.bash("jbuild", RootCommand.create(session)));
    return ExitCode.OK;
  }
}
