package dev.jbuild.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import dev.jbuild.event.BuildEvent.PlannedStep;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SourceSpan;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// Events as lines of JSON: what `--progress rawjson` prints, and the protocol between processes.
///
/// One object a line, in ASCII. `event` names the kind, other members are the components of the
/// record; durations are nanoseconds. Members may be added, never renamed or removed. A problem's
/// span holds the lines it covers rather than the whole source. [EventJsonReader] reads it back.
public final class EventJson {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private EventJson() {}

  /// The line for `event`, without its line end.
  public static String write(BuildEvent event) {
    return write(event, Optional.empty());
  }

  /// The line for `event` with the time it happened as `time`, in ISO format.
  public static String write(BuildEvent event, Instant time) {
    return write(event, Optional.of(time));
  }

  private static String write(BuildEvent event, Optional<Instant> time) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = FACTORY.createGenerator(text)) {
      json.writeStartObject();
      if (time.isPresent()) {
        json.writeStringField("time", time.get().toString());
      }
      members(event, json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can always be written", e);
    }
    return text.toString();
  }

  private static void members(BuildEvent event, JsonGenerator json) throws IOException {
    switch (event) {
      case BuildEvent.Planned planned -> planned(planned, json);
      case BuildEvent.StepStarted(int id) -> {
        json.writeStringField("event", "stepStarted");
        json.writeNumberField("id", id);
      }
      case BuildEvent.StepOutput(int id, boolean stderr, String text) -> {
        json.writeStringField("event", "stepOutput");
        json.writeNumberField("id", id);
        json.writeBooleanField("stderr", stderr);
        json.writeStringField("text", text);
      }
      case BuildEvent.StepNoted(int id, String kind, String text) -> {
        json.writeStringField("event", "stepNoted");
        json.writeNumberField("id", id);
        json.writeStringField("kind", kind);
        json.writeStringField("text", text);
      }
      case BuildEvent.StepFinished(int id, BuildEvent.Outcome outcome, Duration took) -> {
        json.writeStringField("event", "stepFinished");
        json.writeNumberField("id", id);
        json.writeStringField("outcome", outcome.name().toLowerCase(Locale.ROOT));
        json.writeNumberField("took", took.toNanos());
      }
      case BuildEvent.Transferred(String subject, long bytes, long total, boolean finished) -> {
        json.writeStringField("event", "transferred");
        json.writeStringField("subject", subject);
        json.writeNumberField("bytes", bytes);
        json.writeNumberField("total", total);
        json.writeBooleanField("finished", finished);
      }
      case BuildEvent.Reported(Problem problem) -> {
        json.writeStringField("event", "reported");
        problem(problem, json);
      }
      case BuildEvent.Exported exported -> exported(exported, json);
      case BuildEvent.Finished(boolean success, Optional<Digest> digest, Duration took) -> {
        json.writeStringField("event", "finished");
        json.writeBooleanField("success", success);
        optional("digest", digest, json);
        json.writeNumberField("took", took.toNanos());
      }
    }
  }

  private static void planned(BuildEvent.Planned planned, JsonGenerator json) throws IOException {
    json.writeStringField("event", "planned");
    json.writeStringField("sandbox", planned.sandbox());
    json.writeArrayFieldStart("steps");
    for (PlannedStep step : planned.steps()) {
      json.writeStartObject();
      json.writeNumberField("id", step.id());
      json.writeStringField("title", step.title());
      json.writeArrayFieldStart("inputs");
      for (int input : step.inputs()) {
        json.writeNumber(input);
      }
      json.writeEndArray();
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void exported(BuildEvent.Exported exported, JsonGenerator json)
      throws IOException {
    json.writeStringField("event", "exported");
    json.writeStringField("kind", exported.kind());
    json.writeStringField("name", exported.name());
    optional("digest", exported.digest(), json);
    json.writeNumberField("took", exported.took().toNanos());
  }

  private static void problem(Problem problem, JsonGenerator json) throws IOException {
    json.writeStringField("code", problem.code());
    json.writeStringField("severity", problem.severity().name().toLowerCase(Locale.ROOT));
    json.writeStringField("message", problem.message());
    optional("help", problem.help(), json);
    if (problem.span().isPresent()) {
      SourceSpan span = problem.span().get();
      json.writeObjectFieldStart("span");
      json.writeStringField("source", span.source().name());
      json.writeNumberField("startLine", span.startLine());
      json.writeNumberField("startColumn", span.startColumn());
      json.writeNumberField("endLine", span.endLine());
      json.writeNumberField("endColumn", span.endColumn());
      json.writeArrayFieldStart("lines");
      lines(span, json);
      json.writeEndArray();
      json.writeEndObject();
    }
  }

  /// One pass over the text: spans may be long.
  private static void lines(SourceSpan span, JsonGenerator json) throws IOException {
    String text = span.source().text();
    int start = 0;
    for (int line = 1; line <= span.endLine() && start <= text.length(); line++) {
      int feed = text.indexOf('\n', start);
      int end = feed < 0 ? text.length() : feed;
      if (line >= span.startLine()) {
        json.writeString(text.substring(start, end));
      }
      start = end + 1;
    }
  }

  private static void optional(String name, Optional<?> value, JsonGenerator json)
      throws IOException {
    if (value.isPresent()) {
      json.writeStringField(name, value.get().toString());
    }
  }
}
