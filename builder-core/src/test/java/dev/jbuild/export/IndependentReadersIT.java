package dev.jbuild.export;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.ImageReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is exported, read by skopeo, umoci and tar; they must be installed.
class IndependentReadersIT {

  private static final ImageReference NAME = ImageReference.parse("app:v1");

  @TempDir Path directory;

  private String run(String... command) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), () -> String.join(" ", command) + "\n" + output);
    return output;
  }

  @Test
  void layoutDirectory() throws Exception {
    try (Exports exports = new Exports(directory)) {
      AssembledImage image = exports.image("amd64");
      Path out = directory.resolve("layout");
      exports.exporter.export(image, new ExportTarget.Oci(Optional.of(out), false, List.of(NAME)));
      String seen = run("skopeo", "inspect", "oci:layout:v1");
      assertTrue(seen.contains(image.root().digest().toString()), seen);
      assertTrue(seen.contains("\"who\": \"jbuild\""), seen);
      run("umoci", "unpack", "--rootless", "--image", "layout:v1", "bundle");
      assertEquals(TestImage.CONTENT, Files.readString(directory.resolve("bundle/rootfs/hello")));
      // Copying checks every digest, diff IDs too.
      run("skopeo", "copy", "oci:layout:v1", "dir:copy");
    }
  }

  @Test
  void layoutArchiveOfSeveralPlatforms() throws Exception {
    try (Exports exports = new Exports(directory)) {
      AssembledImage image = exports.image("amd64", "arm64");
      Path out = directory.resolve("image.tar");
      exports.exporter.export(image, new ExportTarget.Oci(Optional.of(out), true, List.of(NAME)));
      String seen = run("skopeo", "inspect", "--raw", "oci-archive:image.tar:v1");
      assertEquals(new String(image.index().orElseThrow(), StandardCharsets.UTF_8), seen.strip());
      run("skopeo", "copy", "--all", "oci-archive:image.tar:v1", "dir:copy");
    }
  }

  @Test
  void dockerArchive() throws Exception {
    try (Exports exports = new Exports(directory)) {
      AssembledImage image = exports.image("amd64");
      Path out = directory.resolve("image.tar");
      exports.exporter.export(image, new ExportTarget.Docker(Optional.of(out), List.of(NAME)));
      String seen = run("skopeo", "inspect", "--config", "docker-archive:image.tar:app:v1");
      assertTrue(
          seen.contains(image.images().getFirst().image().config().diffIds().getFirst().hex()));
      run("skopeo", "copy", "docker-archive:image.tar:app:v1", "oci:again:v1");
      run("umoci", "unpack", "--rootless", "--image", "again:v1", "bundle");
      assertEquals(TestImage.CONTENT, Files.readString(directory.resolve("bundle/rootfs/hello")));
    }
  }

  @Test
  void tarOfTheFiles() throws Exception {
    try (Exports exports = new Exports(directory)) {
      Path out = directory.resolve("files.tar");
      exports.exporter.export(exports.image("amd64"), new ExportTarget.Tar(Optional.of(out)));
      assertTrue(run("tar", "-tf", "files.tar").lines().anyMatch("hello"::equals));
      assertEquals(TestImage.CONTENT, run("tar", "-xOf", "files.tar", "hello"));
    }
  }
}
