package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.cli.option.ImageOptions;
import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.cli.option.RunOptions;
import dev.jbuild.cli.option.SourceOptions;
import dev.jbuild.cli.option.StandardInput;
import dev.jbuild.event.EventSink;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jbuild print`.
@Command(
    name = "print",
    description = "Print the Dockerfile with digests of base images and values of arguments")
public final class PrintCommand implements Callable<Integer> {

  private final Session session;

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RunOptions run = new RunOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();

  public PrintCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Map<String, String> environment = session.console().environment();
    try (StandardInput stdin = new StandardInput(session.console().in())) {
      BuildRequest request =
          new BuildRequest(
              source.input(stdin),
              image.image(environment, List.of()),
              run.run(environment),
              registry.registry(false),
              BuildRequest.CacheOptions.DEFAULT,
              List.of(),
              image.times(environment));
      String text =
          session
              .cancellation()
              .run(() -> {
                try (Engine engine = session.engine().get()) {
                  return engine.print(request, EventSink.none());
                }
              });
      session.console().out().print(text);
    }
    return ExitCode.OK;
  }
}
