package dev.jbuild.cli.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.dockerfile.rule.CheckRule;
import dev.jbuild.dockerfile.rule.Edit;
import dev.jbuild.dockerfile.rule.Finding;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Severity;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Findings in the Static Analysis Results Interchange Format, version 2.1.0.
public final class Sarif {

  private static final String SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json";

  /// Each rule's place in the list of rules.
  private final Map<String, Integer> numbers = new LinkedHashMap<>();

  private final CheckReport report;
  private final String version;

  private Sarif(CheckReport report, String version) {
    this.report = report;
    this.version = version;
  }

  /// One log of one run.
  ///
  /// @param rules all that may have run
  /// @param version of this program
  public static String of(CheckReport report, List<CheckRule> rules, String version) {
    return new Sarif(report, version).write(rules);
  }

  private String write(List<CheckRule> rules) {
    return JsonText.of(json -> {
      json.writeStartObject();
      json.writeStringField("$schema", SCHEMA);
      json.writeStringField("version", "2.1.0");
      json.writeArrayFieldStart("runs");
      json.writeStartObject();
      driver(rules, json);
      json.writeStringField("columnKind", "utf16CodeUnits");
      json.writeArrayFieldStart("results");
      for (Finding finding : report.findings()) {
        result(finding.problem(), finding.mend(), json);
      }
      for (Problem problem : report.errors()) {
        result(problem, List.of(), json);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private void driver(List<CheckRule> rules, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("tool");
    json.writeObjectFieldStart("driver");
    json.writeStringField("name", "jbuild");
    json.writeStringField("version", version);
    json.writeArrayFieldStart("rules");
    for (CheckRule rule : rules) {
      numbers.put(rule.code(), numbers.size());
      json.writeStartObject();
      json.writeStringField("id", rule.code());
      text("shortDescription", rule.description(), json);
      Optional<String> url = CheckReport.url(rule);
      if (url.isPresent()) {
        json.writeStringField("helpUri", url.get());
      }
      json.writeObjectFieldStart("defaultConfiguration");
      json.writeBooleanField("enabled", !rule.experimental());
      json.writeStringField("level", level(rule.severity()));
      json.writeEndObject();
      json.writeEndObject();
    }
    for (Problem problem : report.errors()) {
      if (!numbers.containsKey(problem.code())) {
        numbers.put(problem.code(), numbers.size());
        json.writeStartObject();
        json.writeStringField("id", problem.code());
        json.writeEndObject();
      }
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndObject();
  }

  private static String level(Severity severity) {
    return severity == Severity.ERROR ? "error" : "warning";
  }

  private static void text(String name, String text, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("text", text);
    json.writeEndObject();
  }

  private void result(Problem problem, List<Edit> mend, JsonGenerator json) throws IOException {
    json.writeStartObject();
    json.writeStringField("ruleId", problem.code());
    json.writeNumberField("ruleIndex", numbers.getOrDefault(problem.code(), -1));
    json.writeStringField("level", level(problem.severity()));
    String help = problem.help().map(h -> "\n" + h).orElse("");
    text("message", problem.message() + help, json);
    json.writeArrayFieldStart("locations");
    if (problem.span().isPresent()) {
      SourceSpan span = problem.span().get();
      json.writeStartObject();
      json.writeObjectFieldStart("physicalLocation");
      artifact(span.source(), json);
      region("region", span, json);
      json.writeEndObject();
      json.writeEndObject();
    }
    json.writeEndArray();
    if (!mend.isEmpty()) {
      fix(mend, json);
    }
    json.writeEndObject();
  }

  private static void fix(List<Edit> mend, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("fixes");
    json.writeStartObject();
    json.writeArrayFieldStart("artifactChanges");
    json.writeStartObject();
    artifact(mend.getFirst().span().source(), json);
    json.writeArrayFieldStart("replacements");
    for (Edit edit : new ArrayList<>(mend)) {
      json.writeStartObject();
      region("deletedRegion", edit.span(), json);
      text("insertedContent", edit.replacement(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void artifact(SourceText source, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("artifactLocation");
    json.writeStringField("uri", uri(source.name()));
    json.writeEndObject();
  }

  private static String uri(String name) {
    try {
      return new URI(null, null, name, null).toASCIIString();
    } catch (URISyntaxException e) {
      return "Dockerfile";
    }
  }

  private static void region(String name, SourceSpan span, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("startLine", span.startLine());
    json.writeNumberField("startColumn", span.startColumn());
    json.writeNumberField("endLine", span.endLine());
    json.writeNumberField("endColumn", span.endColumn());
    json.writeEndObject();
  }
}
