package dev.jbuild.cli.command;

import dev.jbuild.Explanations;
import dev.jbuild.Explanations.Build;
import dev.jbuild.Explanations.StepReasons;
import dev.jbuild.cache.explain.Reason;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.FormatOption;
import dev.jbuild.problem.SafeText;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `jbuild explain`.
@Command(name = "explain", description = "Say why steps of a build were not in the cache")
public final class ExplainCommand implements Callable<Integer> {

  private final Session session;

  @Parameters(
      paramLabel = "BUILD",
      arity = "0..1",
      description = "Number of the build (default: the last one)")
  @Nullable String build;

  @Option(
      names = "--against",
      paramLabel = "BUILD",
      description = "Compare with this build (default: with the nearest of the builds before it)")
  @Nullable String against;

  @Option(names = "--list", description = "List the builds that can be explained")
  boolean list;

  @Mixin FormatOption format = new FormatOption();

  public ExplainCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    boolean json = format.json();
    PrintStream out = session.console().out();
    try (Engine engine = session.engine().get()) {
      Explanations explanations = engine.explanations();
      if (list) {
        List<Build> builds = explanations.list();
        out.print(json ? listed(builds) : "");
        if (!json) {
          builds.forEach(each -> out.println(line(each)));
        }
        return ExitCode.OK;
      }
      Build chosen = build == null ? explanations.last() : explanations.find(build);
      List<StepReasons> steps = explanations.explain(chosen.id(), Optional.ofNullable(against));
      if (json) {
        out.print(explained(chosen, steps));
      } else {
        out.println(line(chosen));
        steps.stream().filter(StepReasons::ran).forEach(step -> step(step, out));
      }
    }
    return ExitCode.OK;
  }

  private static String line(Build build) {
    return build.id()
        + "  "
        + build.started()
        + "  "
        + (build.success() ? "" : "failed, ")
        + build.ran()
        + " of "
        + build.steps()
        + " steps ran  "
        + SafeText.line(build.context());
  }

  private static void step(StepReasons step, PrintStream out) {
    out.println(SafeText.line(step.title()));
    for (Reason reason : step.reasons()) {
      out.println("  " + SafeText.line(reason.line()));
    }
  }

  private static String listed(List<Build> builds) {
    return JsonText.of(json -> {
      json.writeStartArray();
      for (Build build : builds) {
        json.writeStartObject();
        members(build, json);
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }

  private static void members(Build build, com.fasterxml.jackson.core.JsonGenerator json)
      throws java.io.IOException {
    json.writeStringField("build", build.id());
    json.writeStringField("started", build.started().toString());
    json.writeStringField("context", build.context());
    json.writeBooleanField("success", build.success());
    json.writeNumberField("ran", build.ran());
  }

  private static String explained(Build build, List<StepReasons> steps) {
    return JsonText.of(json -> {
      json.writeStartObject();
      members(build, json);
      json.writeArrayFieldStart("steps");
      for (StepReasons step : steps) {
        json.writeStartObject();
        json.writeStringField("title", step.title());
        json.writeBooleanField("ran", step.ran());
        json.writeArrayFieldStart("reasons");
        for (Reason reason : step.reasons()) {
          json.writeStartObject();
          json.writeStringField("kind", reason.kind());
          json.writeStringField("text", reason.text());
          json.writeArrayFieldStart("names");
          for (String name : reason.names()) {
            json.writeString(name);
          }
          json.writeEndArray();
          json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }
}
