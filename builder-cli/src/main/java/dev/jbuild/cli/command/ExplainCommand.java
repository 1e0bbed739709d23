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

/// `jbuild explain`.
public final class ExplainCommand extends Command {

  private final Session session;

  private final Value build =
      optionalArgument("BUILD", "Number of the build (default: the last one)");

  private final Value against =
      value(
          "--against",
          "BUILD",
          "Compare with this build (default: with the nearest of the builds before it)");

  private final Flag list = flag("--list", "List the builds that can be explained");

  private final FormatOption format = include(new FormatOption());

  public ExplainCommand(Session session) {
    super("explain", "Say why steps of a build were not in the cache");
    this.session = session;
  }

  @Override
  public Integer call() {
    boolean json = format.json();
    PrintStream out = session.console().out();
    try (Engine engine = session.engine().get()) {
      Explanations explanations = engine.explanations();
      if (list.isGiven()) {
        List<Build> builds = explanations.list();
        out.print(json ? listed(builds) : "");
        if (!json) {
          builds.forEach(each -> out.println(line(each)));
        }
        return ExitCode.OK;
      }
      Build chosen = build.optional().map(explanations::find).orElseGet(explanations::last);
      List<StepReasons> steps = explanations.explain(chosen.id(), against.optional());
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
