package dev.jbuild.cli.command;

import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;

/// `jbuild push`: an image of the store to the registry that its name says.
public final class PushCommand extends Command {

  private final Session session;

  private final Value image = argument("IMAGE", "Name of the image");

  private final RegistryOptions registry = include(new RegistryOptions());

  public PushCommand(Session session) {
    super("push", "Push an image that was built here");
    this.session = session;
  }

  @Override
  public Integer call() {
    try (Engine engine = session.engine().get()) {
      Digest digest =
          engine.finished().push(image.get(), registry.registry(false), EventSink.none());
      session.console().out().println(digest);
    }
    return ExitCode.OK;
  }
}
