package dev.jbuild.cli.command;

import dev.jbuild.event.EventSink;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jbuild print`.
@Command(
    name = "print",
    description = "Print the Dockerfile with digests of base images and values of arguments")
public final class PrintCommand implements Callable<Integer> {

  private final Session session;

  @Mixin DryBuild build = new DryBuild();

  public PrintCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    String text = build.answer(session, (engine, asked) -> engine.print(asked, EventSink.none()));
    session.console().out().print(text);
    return ExitCode.OK;
  }
}
