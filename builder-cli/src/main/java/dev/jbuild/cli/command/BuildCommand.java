package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.cli.option.CacheOptions;
import dev.jbuild.cli.option.CallOption;
import dev.jbuild.cli.option.ForeignOptions;
import dev.jbuild.cli.option.ImageOptions;
import dev.jbuild.cli.option.OutputOptions;
import dev.jbuild.cli.option.ProgressOptions;
import dev.jbuild.cli.option.RegistryOptions;
import dev.jbuild.cli.option.RunOptions;
import dev.jbuild.cli.option.SourceOptions;
import dev.jbuild.cli.option.StandardInput;
import dev.jbuild.cli.option.UsageException;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// `jbuild build`.
@Command(name = "build", description = "Build an image from a Dockerfile")
public final class BuildCommand implements Callable<Integer> {

  private final Session session;

  @Mixin SourceOptions source = new SourceOptions();
  @Mixin ImageOptions image = new ImageOptions();
  @Mixin RunOptions run = new RunOptions();
  @Mixin RegistryOptions registry = new RegistryOptions();
  @Mixin CacheOptions cache = new CacheOptions();
  @Mixin OutputOptions output = new OutputOptions();
  @Mixin ProgressOptions progress = new ProgressOptions();
  @Mixin ForeignOptions foreign = new ForeignOptions();

  @Option(
      names = "--pull",
      arity = "0..1",
      fallbackValue = "true",
      paramLabel = "true|false",
      description = "Ask the registries for newer base images")
  boolean pull;

  @Option(
      names = "--call",
      paramLabel = "check|outline|targets[,format=json]",
      description = "Look at the Dockerfile instead of building it")
  @Nullable String call;

  @Option(names = "--check", description = "The same as --call check")
  boolean check;

  public BuildCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    foreign.check();
    CallOption method =
        CallOption.parse(Optional.ofNullable(call).or(() -> check ? Optional.of("check") : none()));
    try (StandardInput stdin = new StandardInput(session.console().in())) {
      if (method.method() != CallOption.Method.BUILD) {
        return look(method, stdin);
      }
      OutputOptions.Asked asked = output.asked();
      BuildRequest request = request(stdin, asked);
      OutputOptions.requireNames(request.outputs(), request.image().tags());
      BuildResult result = build(request);
      results(result, asked);
    }
    return ExitCode.OK;
  }

  private int look(CallOption method, StandardInput stdin) {
    if (method.method() != CallOption.Method.TARGETS) {
      throw UsageException.unsupported(
          "--call " + method.method().name().toLowerCase(Locale.ROOT), "");
    }
    BuildRequest request = request(stdin, output.asked());
    try (Engine engine = session.engine().get()) {
      Dockerfile dockerfile = engine.parse(request);
      session
          .console()
          .out()
          .print(method.json() ? Targets.json(dockerfile) : Targets.text(dockerfile));
    }
    return ExitCode.OK;
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private BuildRequest request(StandardInput stdin, OutputOptions.Asked asked) {
    Map<String, String> environment = session.console().environment();
    return new BuildRequest(
        source.input(stdin),
        image.image(environment, asked.tags()),
        run.run(environment),
        registry.registry(pull),
        cache.cache(),
        asked.outputs(),
        image.times(environment));
  }

  private BuildResult build(BuildRequest request) {
    OutputStream out = new ResultStream(session.console().out());
    return new BuildScreen(session, progress.mode())
        .show(events -> {
          try (Engine engine = session.engine().get()) {
            return engine.build(request, events, out);
          }
        });
  }

  private void results(BuildResult result, OutputOptions.Asked asked) {
    output
        .iidFile()
        .ifPresent(file -> ResultFiles.write(file, ResultFiles.imageId(result).toString()));
    Optional<String> metadata = output.metadataFile();
    boolean metadataOnOut = metadata.filter("-"::equals).isPresent();
    if (metadata.isPresent() && !metadataOnOut) {
      ResultFiles.write(Path.of(metadata.get()), ResultFiles.metadata(result));
    }
    PrintStream out = session.console().out();
    if (metadataOnOut) {
      if (asked.onStandardOutput()) {
        throw new InvalidInput(
            Problem.error("InvalidOption", "--metadata-file -: standard output holds the image"));
      }
      out.print(ResultFiles.metadata(result));
    } else if (!asked.onStandardOutput()) {
      out.println(result.digest());
    }
    out.flush();
  }
}
