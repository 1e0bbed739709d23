package dev.jbuild.cli.command;

import dev.jbuild.StoredImages;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.NameOptions;
import java.util.List;

/// `jbuild inspect`.
public final class InspectCommand extends Command {

  private final Session session;

  private final NameOptions name = include(new NameOptions());

  public InspectCommand(Session session) {
    super("inspect", "Print manifest and configuration of an image built here");
    this.session = session;
  }

  @Override
  public Integer call() {
    try (Engine engine = session.engine().get()) {
      StoredImages images = engine.images();
      List<StoredImages.Documents> documents =
          images.inspect(images.find(name.image()), name.platform());
      session
          .console()
          .out()
          .print(
              JsonText.of(json -> {
                json.writeStartArray();
                for (StoredImages.Documents each : documents) {
                  json.writeStartObject();
                  json.writeStringField("digest", each.digest().toString());
                  json.writeFieldName("manifest");
                  json.writeRawValue(each.manifest());
                  json.writeFieldName("config");
                  json.writeRawValue(each.config());
                  json.writeEndObject();
                }
                json.writeEndArray();
              }));
    }
    return ExitCode.OK;
  }
}
