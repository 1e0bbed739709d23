package dev.jbuild.cli.command;

import dev.jbuild.event.EventSink;

/// `jbuild print`.
public final class PrintCommand extends Command {

  private final Session session;

  private final DryBuild build = include(new DryBuild());

  public PrintCommand(Session session) {
    super("print", "Print the Dockerfile with digests of base images and values of arguments");
    this.session = session;
  }

  @Override
  public Integer call() {
    String text = build.answer(session, (engine, asked) -> engine.print(asked, EventSink.none()));
    session.console().out().print(text);
    return ExitCode.OK;
  }
}
