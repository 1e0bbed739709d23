package dev.jbuild.cli.command;

import dev.jbuild.cli.answer.ChangeLines;
import dev.jbuild.cli.option.FormatOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jbuild diff`.
@Command(name = "diff", description = "List what a step changed: A added, M modified, D deleted")
public final class DiffCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(
      paramLabel = "STEP",
      description = "Number of a step of the last build, or the id of one that failed")
  String step = "";

  @Mixin FormatOption format = new FormatOption();

  public DiffCommand(Session session) {
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
            engine.pastSteps().changes(step, lines);
          }
          lines.end();
          return ExitCode.OK;
        });
  }
}
