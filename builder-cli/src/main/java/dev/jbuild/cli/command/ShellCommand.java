package dev.jbuild.cli.command;

import dev.jbuild.cli.option.MountedOptions;
import java.util.Map;

/// `jbuild shell`: a shell on this terminal in what a failed RUN step left; its exit code is ours.
public final class ShellCommand extends Command {

  private final Session session;

  private final Value id =
      optionalArgument("ID", "The step, as its failure said (default: the last one that failed)");

  private final Values arguments = furtherArguments("-- COMMAND", "What to run instead of /bin/sh");

  private final Value sandbox =
      value("--sandbox", "NAME", "How it is shut in (default: as the step was)");

  private final MountedOptions mounted = include(new MountedOptions());

  public ShellCommand(Session session) {
    super("shell", "Look around where a RUN step failed; what is changed there is dropped");
    this.session = session;
  }

  @Override
  public Integer call() {
    Map<String, String> environment = session.console().environment();
    return session
        .cancellation()
        .run(() -> {
          try (Engine engine = session.engine().get()) {
            return engine
                .pastSteps()
                .shell(
                    id.optional(),
                    arguments.list(),
                    mounted.confidential(environment, true),
                    sandbox.optional(),
                    environment);
          }
        });
  }
}
