package dev.jbuild.cli.answer;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.plan.outline.Outline;
import java.io.IOException;
import java.util.List;

/// What a target can be given, as `--call outline` prints it. The JSON has the members of
/// BuildKit's answer.
public final class Outlines {

  private Outlines() {}

  public static String text(Outline outline) {
    StringBuilder out = new StringBuilder();
    if (outline.target().isPresent() || outline.description().isPresent()) {
      Columns head = new Columns().row("TARGET:", outline.target().orElse("(default)"));
      outline.description().ifPresent(d -> head.row("DESCRIPTION:", d));
      out.append(head).append('\n');
    }
    if (!outline.arguments().isEmpty()) {
      Columns table = new Columns().row("BUILD ARG", "VALUE", "DESCRIPTION");
      for (Outline.Argument argument : outline.arguments()) {
        table.row(argument.name(), argument.value().orElse(""), argument.description().orElse(""));
      }
      out.append(table).append('\n');
    }
    mounts("SECRET", outline.secrets(), out);
    mounts("SSH", outline.ssh(), out);
    return out.toString();
  }

  private static void mounts(String title, List<Outline.Mount> mounts, StringBuilder out) {
    if (!mounts.isEmpty()) {
      Columns table = new Columns().row(title, "REQUIRED");
      mounts.forEach(mount -> table.row(mount.id(), mount.required() ? "true" : ""));
      out.append(table).append('\n');
    }
  }

  public static String json(Outline outline) {
    return JsonText.of(json -> {
      json.writeStartObject();
      text("name", outline.target().orElse(""), json);
      text("description", outline.description().orElse(""), json);
      if (!outline.arguments().isEmpty()) {
        json.writeArrayFieldStart("args");
        for (Outline.Argument argument : outline.arguments()) {
          json.writeStartObject();
          json.writeStringField("name", argument.name());
          text("description", argument.description().orElse(""), json);
          text("value", argument.value().orElse(""), json);
          Locations.write(argument.span(), json);
          json.writeEndObject();
        }
        json.writeEndArray();
      }
      mounts("secrets", "name", outline.secrets(), json);
      mounts("ssh", "name", outline.ssh(), json);
      mounts("cache", "ID", outline.caches(), json);
      json.writeEndObject();
    });
  }

  private static void text(String name, String value, JsonGenerator json) throws IOException {
    if (!value.isEmpty()) {
      json.writeStringField(name, value);
    }
  }

  private static void mounts(
      String field, String id, List<Outline.Mount> mounts, JsonGenerator json) throws IOException {
    if (mounts.isEmpty()) {
      return;
    }
    json.writeArrayFieldStart(field);
    for (Outline.Mount mount : mounts) {
      json.writeStartObject();
      json.writeStringField(id, mount.id());
      if (mount.required()) {
        json.writeBooleanField("required", true);
      }
      Locations.write(mount.span(), json);
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
