package dev.jbuild.cli.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.problem.SourceSpan;
import dev.jbuild.problem.SourceText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/// Places in the form of BuildKit's answers: ranges of lines.
final class Locations {

  private Locations() {}

  static void write(SourceSpan span, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("location");
    json.writeArrayFieldStart("ranges");
    json.writeStartObject();
    position("start", span.startLine(), json);
    position("end", span.endLine(), json);
    json.writeEndObject();
    json.writeEndArray();
    json.writeEndObject();
  }

  private static void position(String name, int line, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeNumberField("line", line);
    json.writeEndObject();
  }

  /// The text itself as `sources`.
  static void sources(SourceText source, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("sources");
    json.writeStartObject();
    json.writeStringField("filename", source.name());
    json.writeStringField("language", "Dockerfile");
    json.writeBinaryField("data", source.text().getBytes(StandardCharsets.UTF_8));
    json.writeEndObject();
    json.writeEndArray();
  }
}
