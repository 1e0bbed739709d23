package dev.jbuild.cli.command;

import dev.jbuild.PlanFormat;
import dev.jbuild.cli.option.PlanFormatOption;
import dev.jbuild.event.EventSink;

/// `jbuild plan`.
public final class PlanCommand extends Command {

  private final Session session;

  private final DryBuild build = include(new DryBuild());
  private final PlanFormatOption format = include(new PlanFormatOption());

  public PlanCommand(Session session) {
    super("plan", "Print what a build would do, and do nothing of it");
    this.session = session;
  }

  @Override
  public Integer call() {
    PlanFormat chosen = format.format();
    String plan =
        build.answer(session, (engine, asked) -> engine.plan(asked, chosen, EventSink.none()));
    session.console().out().print(plan.endsWith("\n") ? plan : plan + "\n");
    return ExitCode.OK;
  }
}
