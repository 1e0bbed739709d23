package dev.jbuild.cli.command;

import dev.jbuild.PlanFormat;
import dev.jbuild.cli.option.PlanFormatOption;
import dev.jbuild.event.EventSink;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jbuild plan`.
@Command(name = "plan", description = "Print what a build would do, and do nothing of it")
public final class PlanCommand implements Callable<Integer> {

  private final Session session;

  @Mixin DryBuild build = new DryBuild();
  @Mixin PlanFormatOption format = new PlanFormatOption();

  public PlanCommand(Session session) {
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
