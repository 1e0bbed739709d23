package dev.jbuild.cli.command;

import dev.jbuild.cli.answer.ChangeLines;
import dev.jbuild.cli.option.FormatOption;

/// `jbuild diff`.
public final class DiffCommand extends Command {

  private final Session session;

  private final Value step =
      argument("STEP", "Number of a step of the last build, or the id of one that failed");

  private final FormatOption format = include(new FormatOption());

  public DiffCommand(Session session) {
    super("diff", "List what a step changed: A added, M modified, D deleted");
    this.session = session;
  }

  @Override
  public Integer call() {
    boolean json = format.json();
    return session
        .cancellation()
        .run(() -> {
          ChangeLines lines = new ChangeLines(session.console().out(), json);
          try (Engine engine = session.engine().get()) {
            engine.pastSteps().changes(step.get(), lines);
          }
          lines.end();
          return ExitCode.OK;
        });
  }
}
