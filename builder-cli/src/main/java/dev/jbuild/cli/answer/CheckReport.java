package dev.jbuild.cli.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.DockerfileInspector;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.dockerfile.rule.RuleSet;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.ProblemRenderer;
import dev.jbuild.problem.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// What checks found.
///
/// @param findings empty for a file that could not be read
/// @param errors why it could not be read, what a build would refuse, or why the file itself wants
///   the findings to be an error
public record CheckReport(List<Finding> findings, List<Problem> errors) {

  private static final String DOCKER_PAGES = "https://docs.docker.com/go/dockerfile/rule/";

  public CheckReport {
    findings = List.copyOf(findings);
    errors = List.copyOf(errors);
  }

  public static CheckReport of(DockerfileInspector.Checked checked) {
    List<Problem> errors = new ArrayList<>(checked.errors());
    checked.result().violation().ifPresent(errors::add);
    return new CheckReport(checked.result().findings(), errors);
  }

  /// Whether there is an error.
  public boolean failed() {
    return !errors.isEmpty()
        || findings.stream().anyMatch(f -> f.problem().severity() == Severity.ERROR);
  }

  /// For people, with excerpts.
  public String text() {
    ProblemRenderer renderer = ProblemRenderer.plain();
    List<Problem> all = new ArrayList<>(findings.stream().map(Finding::problem).toList());
    all.addAll(errors);
    int found = findings.size();
    String summary =
        switch (found) {
          case 0 -> errors.isEmpty() ? "Check complete, no warnings found.\n" : "";
          case 1 -> "Check complete, 1 warning has been found!\n";
          default -> "Check complete, " + found + " warnings have been found!\n";
        };
    return all.isEmpty() || summary.isEmpty()
        ? renderer.render(all) + summary
        : summary + "\n" + renderer.render(all);
  }

  /// With the members of BuildKit's answer; each warning also says its set, columns and severity.
  public String json() {
    return JsonText.of(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("warnings");
      for (Finding finding : findings) {
        warning(finding, json);
      }
      json.writeEndArray();
      Optional<Problem> first =
          findings.stream().map(Finding::problem).findFirst().or(() -> errors.stream().findFirst());
      if (first.flatMap(Problem::span).isPresent()) {
        Locations.sources(first.get().span().orElseThrow().source(), json);
      }
      if (!errors.isEmpty()) {
        error(errors.getFirst(), json);
      }
      if (errors.size() > 1) {
        json.writeArrayFieldStart("errors");
        for (Problem problem : errors) {
          json.writeStartObject();
          json.writeStringField("code", problem.code());
          members(problem, json);
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      json.writeEndObject();
    });
  }

  private static void warning(Finding finding, JsonGenerator json) throws IOException {
    CheckRule rule = finding.rule();
    json.writeStartObject();
    json.writeStringField("ruleName", rule.code());
    json.writeStringField("description", rule.description());
    Optional<String> url = url(rule);
    if (url.isPresent()) {
      json.writeStringField("url", url.get());
    }
    json.writeStringField("detail", finding.problem().message());
    if (finding.problem().help().isPresent()) {
      json.writeStringField("help", finding.problem().help().get());
    }
    json.writeStringField("set", lower(rule.set().name()));
    json.writeStringField("severity", lower(finding.problem().severity().name()));
    json.writeNumberField("column", finding.problem().span().orElseThrow().startColumn());
    json.writeBooleanField("fixable", !finding.mend().isEmpty());
    Locations.write(finding.problem().span().orElseThrow(), json);
    json.writeEndObject();
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static void error(Problem problem, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("buildError");
    members(problem, json);
    json.writeEndObject();
  }

  private static void members(Problem problem, JsonGenerator json) throws IOException {
    json.writeStringField("message", problem.message());
    if (problem.span().isPresent()) {
      Locations.write(problem.span().get(), json);
    }
  }

  /// The page of a rule that others document.
  static Optional<String> url(CheckRule rule) {
    return rule.set() == RuleSet.DOCKER
        ? Optional.of(
            DOCKER_PAGES
                + rule.code().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT)
                + "/")
        : Optional.empty();
  }
}
