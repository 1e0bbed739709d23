package dev.jbuild.cli.command;

import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.event.EventSink;

/// `jbuild run`: the image's command on this terminal; its exit code is ours.
public final class RunCommand extends Command {

  private final Session session;

  private final Value image = argument("IMAGE", "Name, reference or OCI layout directory");

  private final Values arguments =
      furtherArguments("ARG", "What to run instead of the image's command");

  private final Value sandbox =
      value("--sandbox", "<sandbox>", "How it is isolated: auto or namespaces");

  private final RegistryOptions registry = include(new RegistryOptions());

  public RunCommand(Session session) {
    super("run", "Run an image: of the store, an OCI layout or a registry");
    this.session = session;
  }

  @Override
  public Integer call() {
    return session
        .cancellation()
        .run(() -> {
          try (Engine engine = session.engine().get()) {
            return engine
                .finished()
                .run(
                    image.get(),
                    arguments.list(),
                    registry.registry(false),
                    sandbox.optional(),
                    EventSink.none());
          }
        });
  }
}
