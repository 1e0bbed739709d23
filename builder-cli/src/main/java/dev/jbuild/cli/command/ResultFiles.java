package dev.jbuild.cli.command;

import dev.jbuild.BuildResult;
import dev.jbuild.cli.answer.JsonText;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
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
    return JsonText.of(json -> {
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
        json.writeStringField("image.name", names(result));
      }
      json.writeEndObject();
    });
  }

  private static String names(BuildResult result) {
    return result.names().stream().map(ImageReference::toString).collect(Collectors.joining(","));
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
