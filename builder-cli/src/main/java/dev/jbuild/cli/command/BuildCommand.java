package dev.jbuild.cli.command;

import dev.jbuild.BuildRequest;
import dev.jbuild.BuildResult;
import dev.jbuild.cli.answer.CheckReport;
import dev.jbuild.cli.answer.Outlines;
import dev.jbuild.cli.answer.Targets;
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
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.dockerfile.rule.RuleSet;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.plan.outline.Outline;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// `jbuild build`.
public final class BuildCommand extends Command {

  private final Session session;

  private final SourceOptions source = include(new SourceOptions());
  private final ImageOptions image = include(new ImageOptions());
  private final RunOptions run = include(new RunOptions());
  private final RegistryOptions registry = include(new RegistryOptions());
  private final CacheOptions cache = include(new CacheOptions());
  private final OutputOptions output = include(new OutputOptions());
  private final ProgressOptions progress = include(new ProgressOptions());
  private final ForeignOptions foreign = include(new ForeignOptions());

  private final Flag pull =
      flag(
          option("--pull")
              .paramLabel("true|false")
              .arity("0..1")
              .fallbackValue("true")
              .description("Ask the registries for newer base images"));

  private final Value call =
      value(
          "--call",
          "check|outline|targets[,format=json]",
          "Look at the Dockerfile instead of building it");

  private final Flag check = flag("--check", "The same as --call check");

  private final Flag advice =
      flag("--advice", "Report what our own checks find, beside those of docker build");

  public BuildCommand(Session session) {
    super("build", "Build an image from a Dockerfile");
    this.session = session;
  }

  @Override
  public Integer call() {
    foreign.check();
    CallOption method =
        CallOption.parse(call.optional().or(() -> check.isGiven() ? Optional.of("check") : none()));
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
    BuildRequest request = request(stdin, output.asked());
    try (Engine engine = session.engine().get()) {
      return switch (method.method()) {
        case CHECK -> check(engine, request, method.json());
        case OUTLINE -> {
          Outline outline = engine.outline(request);
          yield answer(method.json() ? Outlines.json(outline) : Outlines.text(outline));
        }
        default -> {
          Dockerfile dockerfile = engine.parse(request);
          yield answer(method.json() ? Targets.json(dockerfile) : Targets.text(dockerfile));
        }
      };
    }
  }

  private int check(Engine engine, BuildRequest request, boolean json) {
    RuleSelection rules = advice.isGiven() ? RuleSelection.ALL : RuleSelection.DOCKER;
    CheckReport report =
        CheckReport.of(
            session.cancellation().run(() -> engine.checkBuild(request, rules, EventSink.none())));
    answer(json ? report.json() : report.text());
    return report.failed() ? ExitCode.INPUT : ExitCode.OK;
  }

  private int answer(String text) {
    session.console().out().print(text);
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
        registry.registry(pull.isGiven()),
        cache.cache(),
        asked.outputs(),
        image.times(environment));
  }

  private BuildResult build(BuildRequest request) {
    OutputStream out = new ResultStream(session.console().out());
    return new BuildScreen(session, progress.mode())
        .show(events -> {
          try (Engine engine = session.engine().get()) {
            if (advice.isGiven()) {
              advise(engine, request, events);
            }
            return engine.build(request, events, out);
          }
        });
  }

  private static void advise(Engine engine, BuildRequest request, EventSink events) {
    for (Finding finding : engine.check(request, RuleSelection.ALL).result().findings()) {
      if (finding.rule().set() == RuleSet.ADVICE) {
        events.accept(new BuildEvent.Reported(finding.problem()));
      }
    }
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
