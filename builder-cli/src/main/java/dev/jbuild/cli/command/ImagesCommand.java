package dev.jbuild.cli.command;

import dev.jbuild.StoredImages.Stored;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.FormatOption;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;

/// `jbuild images`.
public final class ImagesCommand extends Command {

  private final Session session;

  private final FormatOption format = include(new FormatOption());

  public ImagesCommand(Session session) {
    super("images", "List the images built here");
    this.session = session;
  }

  @Override
  public Integer call() {
    boolean json = format.json();
    try (Engine engine = session.engine().get()) {
      List<Stored> images = engine.images().list();
      session.console().out().print(json ? json(images) : "");
      if (!json) {
        table(images, session.console().out());
      }
    }
    return ExitCode.OK;
  }

  private static void table(List<Stored> images, PrintStream out) {
    int width = images.stream().mapToInt(i -> i.name().familiar().length()).max().orElse(0);
    for (Stored image : images) {
      out.println(
          String.format(
              Locale.ROOT,
              "%-" + Math.max(4, width) + "s  %s",
              image.name().familiar(),
              image.descriptor().digest()));
    }
  }

  private static String json(List<Stored> images) {
    return JsonText.of(json -> {
      json.writeStartArray();
      for (Stored image : images) {
        json.writeStartObject();
        json.writeStringField("name", image.name().toString());
        json.writeStringField("mediaType", image.descriptor().mediaType());
        json.writeStringField("digest", image.descriptor().digest().toString());
        json.writeNumberField("size", image.descriptor().size());
        json.writeEndObject();
      }
      json.writeEndArray();
    });
  }
}
