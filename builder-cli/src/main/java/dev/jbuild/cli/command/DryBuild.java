package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.cli.option.ImageOptions;
import dev.jbuild.cli.option.OptionGroup;
import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.cli.option.RunOptions;
import dev.jbuild.cli.option.SourceOptions;
import dev.jbuild.cli.option.StandardInput;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;

/// The options of a build that is asked about and not done.
final class DryBuild extends OptionGroup {

  private final SourceOptions source = include(new SourceOptions());
  private final ImageOptions image = include(new ImageOptions());
  private final RunOptions run = include(new RunOptions());
  private final RegistryOptions registry = include(new RegistryOptions());

  /// What `question` gets out of the engine for the build that the options describe.
  String answer(Session session, BiFunction<Engine, BuildRequest, String> question) {
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
      return session
          .cancellation()
          .run(() -> {
            try (Engine engine = session.engine().get()) {
              return question.apply(engine, request);
            }
          });
    }
  }
}
