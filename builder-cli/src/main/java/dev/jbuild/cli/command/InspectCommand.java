package dev.jbuild.cli.command;

import dev.jbuild.StoredImages;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.cli.option.NameOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/// `jbuild inspect`.
@Command(name = "inspect", description = "Print manifest and configuration of an image built here")
public final class InspectCommand implements Callable<Integer> {

  private final Session session;

  @Mixin NameOptions name = new NameOptions();

  public InspectCommand(Session session) {
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
