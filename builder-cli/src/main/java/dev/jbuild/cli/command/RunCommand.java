package dev.jbuild.cli.command;

import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.event.EventSink;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jbuild run`: the image's command on this terminal; its exit code is ours.
@Command(name = "run", description = "Run an image: of the store, an OCI layout or a registry")
public final class RunCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(
      index = "0",
      paramLabel = "IMAGE",
      description = "Name, reference or OCI layout directory")
  String image = "";

  @Parameters(
      index = "1..*",
      paramLabel = "ARG",
      description = "What to run instead of the image's command")
  List<String> arguments = new ArrayList<>();

  @Option(names = "--sandbox", description = "How it is isolated: auto or namespaces")
  @Nullable String sandbox;

  @Mixin RegistryOptions registry = new RegistryOptions();

  public RunCommand(Session session) {
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
                    image,
                    arguments,
                    registry.registry(false),
                    Optional.ofNullable(sandbox),
                    EventSink.none());
          }
        });
  }
}
