package dev.jbuild.cli.command;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Stage;
import dev.jbuild.problem.SafeText;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// The stages of a Dockerfile, as `--call targets` prints them. The JSON has the members of
/// BuildKit's answer.
final class Targets {

  private Targets() {}

  static String text(Dockerfile dockerfile) {
    List<Stage> stages = dockerfile.stages();
    int names = stages.stream().mapToInt(s -> label(dockerfile, s).length()).max().orElse(0);
    int bases = stages.stream().mapToInt(s -> base(s).length()).max().orElse(0);
    String row = "%-" + Math.max(6, names) + "s  %-" + Math.max(8, bases) + "s  %s";
    StringBuilder out = new StringBuilder();
    out.append(line(row, "TARGET", "BASE", "DESCRIPTION"));
    for (Stage stage : stages) {
      out.append(
          line(
              row,
              label(dockerfile, stage),
              base(stage),
              SafeText.line(stage.description().orElse(""))));
    }
    return out.toString();
  }

  private static String line(String row, Object... cells) {
    return String.format(Locale.ROOT, row, cells).stripTrailing() + "\n";
  }

  private static String label(Dockerfile dockerfile, Stage stage) {
    String name = stage.name().orElse("(unnamed)");
    return stage == dockerfile.stages().getLast() ? name + " (default)" : name;
  }

  private static String base(Stage stage) {
    return SafeText.line(stage.from().image());
  }

  static String json(Dockerfile dockerfile) {
    return JsonText.of(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("targets");
      for (Stage stage : dockerfile.stages()) {
        write(stage, stage == dockerfile.stages().getLast(), json);
      }
      json.writeEndArray();
      json.writeEndObject();
    });
  }

  private static void write(Stage stage, boolean last, JsonGenerator json) throws IOException {
    json.writeStartObject();
    if (stage.name().isPresent()) {
      json.writeStringField("name", stage.name().get());
    }
    if (last) {
      json.writeBooleanField("default", true);
    }
    if (stage.description().isPresent()) {
      json.writeStringField("description", stage.description().get());
    }
    json.writeStringField("base", stage.from().image());
    if (stage.from().platform().isPresent()) {
      json.writeStringField("platform", stage.from().platform().get());
    }
    json.writeObjectFieldStart("location");
    json.writeNumberField("line", stage.from().span().startLine());
    json.writeEndObject();
    json.writeEndObject();
  }
}
