package dev.jbuild.cli.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.Stage;
import java.io.IOException;

/// The stages of a Dockerfile, as `--call targets` prints them. The JSON has the members of
/// BuildKit's answer.
public final class Targets {

  private Targets() {}

  public static String text(Dockerfile dockerfile) {
    Columns table = new Columns().row("TARGET", "DESCRIPTION");
    for (Stage stage : dockerfile.stages()) {
      table.row(label(dockerfile, stage), stage.description().orElse(""));
    }
    return table.toString();
  }

  private static String label(Dockerfile dockerfile, Stage stage) {
    String name = stage.name().orElse("");
    return stage == dockerfile.stages().getLast() ? (name + " (default)").strip() : name;
  }

  public static String json(Dockerfile dockerfile) {
    return JsonText.of(json -> {
      json.writeStartObject();
      json.writeArrayFieldStart("targets");
      for (Stage stage : dockerfile.stages()) {
        write(stage, stage == dockerfile.stages().getLast(), json);
      }
      json.writeEndArray();
      Locations.sources(dockerfile.source(), json);
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
    Locations.write(stage.from().span(), json);
    json.writeEndObject();
  }
}
