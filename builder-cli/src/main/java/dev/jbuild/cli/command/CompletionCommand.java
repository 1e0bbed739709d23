package dev.jbuild.cli.command;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;

/// `jbuild completion`.
@Command(
    name = "completion",
    description = "Print a completion script for bash and zsh: source <(jbuild completion)")
public final class CompletionCommand implements Callable<Integer> {

  private final Session session;

  public CompletionCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    session.console().out().print(AutoComplete.bash("jbuild", RootCommand.create(session)));
    return ExitCode.OK;
  }
}
