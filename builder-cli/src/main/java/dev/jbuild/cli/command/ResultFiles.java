package dev.jbuild.cli.command;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import dev.jbuild.BuildResult;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;

/// What `--iidfile` and `--metadata-file` write.
final class ResultFiles {

  private ResultFiles() {}

  /// What Docker calls the image's ID: the configuration's digest, or the index's when there are
  /// several platforms.
  static Digest imageId(BuildResult result) {
    return result.images().size() == 1 ? result.images().getFirst().config() : result.digest();
  }

  /// The members that `docker buildx build --metadata-file` writes, as far as there is something to
  /// say.
  static String metadata(BuildResult result) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.setPrettyPrinter(new DefaultPrettyPrinter());
      json.writeStartObject();
      if (result.images().size() == 1) {
        json.writeStringField(
            "containerimage.config.digest", result.images().getFirst().config().toString());
      }
      json.writeObjectFieldStart("containerimage.descriptor");
      Descriptor target = result.target();
      json.writeStringField("mediaType", target.mediaType());
      json.writeStringField("digest", target.digest().toString());
      json.writeNumberField("size", target.size());
      json.writeEndObject();
      json.writeStringField("containerimage.digest", result.digest().toString());
      if (!result.names().isEmpty()) {
        json.writeStringField(
            "image.name",
            result.names().stream().map(ImageReference::toString).collect(Collectors.joining(",")));
      }
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can always be written", e);
    }
    return text + "\n";
  }

  static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("InputOutputFailed", "cannot write " + file + ": " + e.getMessage()), e);
    }
  }
}
