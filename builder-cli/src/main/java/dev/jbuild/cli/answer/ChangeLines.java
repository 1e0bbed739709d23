package dev.jbuild.cli.answer;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.jbuild.problem.SafeText;
import dev.jbuild.snapshot.FileStat;
import dev.jbuild.snapshot.LayerChange;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;

/// The changes of a step, written as they come: a line each for people, one JSON array for
/// programs.
public final class ChangeLines implements Consumer<LayerChange> {

  private final PrintStream out;
  private final boolean json;
  private boolean any;

  public ChangeLines(PrintStream out, boolean json) {
    this.out = out;
    this.json = json;
  }

  @Override
  public void accept(LayerChange change) {
    if (json) {
      out.print(any ? ",\n " : "[\n ");
      out.print(object(change));
    } else {
      out.println(line(change));
    }
    any = true;
  }

  /// After the last.
  public void end() {
    if (json) {
      out.println(any ? "\n]" : "[]");
    }
  }

  private static String line(LayerChange change) {
    String path = SafeText.line("/" + change.path().text());
    List<String> words = new ArrayList<>();
    if (change.before().isEmpty() && change.after().isPresent()) {
      FileStat stat = change.after().get();
      words.add(mode(stat));
      words.add(owner(stat));
      if (stat.isFile()) {
        words.add(stat.size() + " bytes");
      }
    }
    if (change.before().isPresent() && change.after().isPresent()) {
      for (LayerChange.Aspect aspect : change.aspects().stream().sorted().toList()) {
        words.add(difference(aspect, change.before().get(), change.after().get()));
      }
    }
    return kind(change)
        + " "
        + path
        + (words.isEmpty() ? "" : "  (" + String.join(", ", words) + ")");
  }

  private static String kind(LayerChange change) {
    return change.before().isEmpty() ? "A" : change.after().isEmpty() ? "D" : "M";
  }

  private static String difference(LayerChange.Aspect aspect, FileStat before, FileStat after) {
    return switch (aspect) {
      case TYPE -> type(before) + " -> " + type(after);
      case SIZE -> "size " + before.size() + " -> " + after.size();
      case MODE -> "mode " + mode(before) + " -> " + mode(after);
      case OWNER -> "owner " + owner(before) + " -> " + owner(after);
      default -> aspect.name().toLowerCase(Locale.ROOT);
    };
  }

  private static String mode(FileStat stat) {
    return String.format(Locale.ROOT, "%04o", stat.mode());
  }

  private static String owner(FileStat stat) {
    return stat.uid() + ":" + stat.gid();
  }

  private static String type(FileStat stat) {
    return stat.type().name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String object(LayerChange change) {
    StringWriter text = new StringWriter();
    try (JsonGenerator out = new JsonFactory().createGenerator(text)) {
      out.writeStartObject();
      out.writeStringField("kind", kind(change));
      out.writeStringField("path", "/" + change.path().text());
      out.writeArrayFieldStart("differs");
      for (LayerChange.Aspect aspect : change.aspects().stream().sorted().toList()) {
        out.writeString(aspect.name().toLowerCase(Locale.ROOT));
      }
      out.writeEndArray();
      member(out, "before", change.before());
      member(out, "after", change.after());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can always be written", e);
    }
    return text.toString();
  }

  private static void member(JsonGenerator out, String name, Optional<FileStat> stat)
      throws IOException {
    if (stat.isEmpty()) {
      return;
    }
    out.writeObjectFieldStart(name);
    out.writeStringField("type", type(stat.get()));
    out.writeStringField("mode", mode(stat.get()));
    out.writeNumberField("uid", stat.get().uid());
    out.writeNumberField("gid", stat.get().gid());
    out.writeNumberField("size", stat.get().size());
    out.writeNumberField("mtime", stat.get().mtimeSeconds());
    out.writeEndObject();
  }
}
