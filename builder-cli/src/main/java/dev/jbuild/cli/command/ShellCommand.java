package dev.jbuild.cli.command;

import dev.jbuild.cli.option.MountedOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jbuild shell`: a shell on this terminal in what a failed RUN step left; its exit code is ours.
@Command(
    name = "shell",
    description = "Look around where a RUN step failed; what is changed there is dropped")
public final class ShellCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "ID",
      description = "The step, as its failure said (default: the last one that failed)")
  @Nullable String id;

  @Parameters(
      index = "1..*",
      paramLabel = "-- COMMAND",
      description = "What to run instead of /bin/sh")
  List<String> arguments = new ArrayList<>();

  @Option(
      names = "--sandbox",
      paramLabel = "NAME",
      description = "How it is shut in (default: as the step was)")
  @Nullable String sandbox;

  @Mixin MountedOptions mounted = new MountedOptions();

  public ShellCommand(Session session) {
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
                    Optional.ofNullable(id),
                    arguments,
                    mounted.confidential(environment, true),
                    Optional.ofNullable(sandbox),
                    environment);
          }
        });
  }
}
