package dev.jbuild.event;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.jbuild.event.BuildEvent.PlannedStep;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Severity;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads the lines that [EventJson] writes. Unknown members are skipped; an unknown kind of event
/// or a malformed line is an [InvalidInput].
///
/// A span read back covers a source that has the span's lines in their places and empty ones before
/// them: enough to render the problem.
public final class EventJsonReader {

  /// No source has more lines; a stream that says so is malformed.
  private static final int MAX_LINE = 10_000_000;

  private static final ObjectMapper JSON =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private EventJsonReader() {}

  /// The event of one line.
  public static BuildEvent read(String line) {
    try {
      JsonNode node = JSON.readTree(line);
      return event(node);
    } catch (JsonProcessingException | IllegalArgumentException | ArithmeticException e) {
      throw new InvalidInput(
          Problem.error("MalformedEvent", "this line is no build event: " + shorten(line)), e);
    }
  }

  private static String shorten(String line) {
    return line.length() > 200 ? line.substring(0, 200) + "..." : line;
  }

  private static BuildEvent event(JsonNode node) {
    return switch (text(node, "event")) {
      case "planned" -> new BuildEvent.Planned(steps(node), text(node, "sandbox"));
      case "stepStarted" -> new BuildEvent.StepStarted(integer(node, "id"));
      case "stepOutput" ->
          new BuildEvent.StepOutput(integer(node, "id"), flag(node, "stderr"), text(node, "text"));
      case "stepNoted" ->
          new BuildEvent.StepNoted(integer(node, "id"), text(node, "kind"), text(node, "text"));
      case "stepFinished" ->
          new BuildEvent.StepFinished(
              integer(node, "id"),
              BuildEvent.Outcome.valueOf(text(node, "outcome").toUpperCase(Locale.ROOT)),
              took(node));
      case "transferred" ->
          new BuildEvent.Transferred(
              text(node, "subject"),
              number(node, "bytes"),
              number(node, "total"),
              flag(node, "finished"));
      case "reported" -> new BuildEvent.Reported(problem(node));
      case "exported" ->
          new BuildEvent.Exported(text(node, "kind"), text(node, "name"), digest(node), took(node));
      case "finished" -> new BuildEvent.Finished(flag(node, "success"), digest(node), took(node));
      default -> throw new IllegalArgumentException("unknown kind of event");
    };
  }

  private static List<PlannedStep> steps(JsonNode node) {
    List<PlannedStep> steps = new ArrayList<>();
    for (JsonNode step : node.path("steps")) {
      List<Integer> inputs = new ArrayList<>();
      step.path("inputs").forEach(input -> inputs.add(input.asInt()));
      steps.add(new PlannedStep(integer(step, "id"), text(step, "title"), inputs));
    }
    return steps;
  }

  private static Problem problem(JsonNode node) {
    return new Problem(
        text(node, "code"),
        Severity.valueOf(text(node, "severity").toUpperCase(Locale.ROOT)),
        text(node, "message"),
        Optional.<JsonNode>ofNullable(node.get("span")).map(EventJsonReader::span),
        Optional.<JsonNode>ofNullable(node.get("help")).map(JsonNode::asText));
  }

  private static SourceSpan span(JsonNode node) {
    int first = integer(node, "startLine");
    if (first < 1 || first > MAX_LINE) {
      throw new IllegalArgumentException("line out of range");
    }
    List<String> lines = new ArrayList<>();
    node.path("lines").forEach(line -> lines.add(line.asText()));
    SourceText source =
        new SourceText(text(node, "source"), "\n".repeat(first - 1) + String.join("\n", lines));
    return new SourceSpan(
        source,
        first,
        integer(node, "startColumn"),
        integer(node, "endLine"),
        integer(node, "endColumn"));
  }

  private static JsonNode member(JsonNode node, String name) {
    @Nullable JsonNode value = node.get(name);
    if (value == null) {
      throw new IllegalArgumentException("no member " + name);
    }
    return value;
  }

  private static String text(JsonNode node, String name) {
    JsonNode value = member(node, name);
    if (!value.isTextual()) {
      throw new IllegalArgumentException(name + " is no text");
    }
    return value.asText();
  }

  private static int integer(JsonNode node, String name) {
    return Math.toIntExact(number(node, name));
  }

  private static long number(JsonNode node, String name) {
    JsonNode value = member(node, name);
    if (!value.isIntegralNumber() || !value.canConvertToLong()) {
      throw new IllegalArgumentException(name + " is no number");
    }
    return value.asLong();
  }

  private static boolean flag(JsonNode node, String name) {
    return member(node, name).asBoolean();
  }

  private static Duration took(JsonNode node) {
    return Duration.ofNanos(number(node, "took"));
  }

  private static Optional<Digest> digest(JsonNode node) {
    return node.has("digest") ? Optional.of(Digest.parse(text(node, "digest"))) : Optional.empty();
  }
}
