package dev.jbuild.cli.command;

import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// `jbuild push`: an image of the store to the registry that its name says.
@Command(name = "push", description = "Push an image that was built here")
public final class PushCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(index = "0", paramLabel = "IMAGE", description = "Name of the image")
  String image = "";

  @Mixin RegistryOptions registry = new RegistryOptions();

  public PushCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    try (Engine engine = session.engine().get()) {
      Digest digest = engine.finished().push(image, registry.registry(false), EventSink.none());
      session.console().out().println(digest);
    }
    return ExitCode.OK;
  }
}
