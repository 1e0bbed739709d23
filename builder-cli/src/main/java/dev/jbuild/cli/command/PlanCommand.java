package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.PlanFormat;
import dev.jbuild.cli.option.ImageOptions;
import dev.jbuild.cli.option.PlanFormatOption;
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

/// `jbuild plan`.
@Command(name = "plan", description = "Print what a build would do, and do nothing of it")
public final class PlanCommand implements Callable<Integer> {

  private final Session session;

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RunOptions run = new RunOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin PlanFormatOption format = new PlanFormatOption();

  public PlanCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    PlanFormat chosen = format.format();
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
      String plan =
          session
              .cancellation()
              .run(() -> {
                try (Engine engine = session.engine().get()) {
                  return engine.plan(request, chosen, EventSink.none());
                }
              });
      session.console().out().print(plan.endsWith("\n") ? plan : plan + "\n");
    }
    return ExitCode.OK;
  }
}
