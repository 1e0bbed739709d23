package dev.jbuild.export;

import dev.jbuild.content.DamageLog;
import dev.jbuild.content.ImageStore;
import dev.jbuild.content.LocalBlobStore;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.snapshot.TreeRemover;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Everything an exporter needs, in one directory, for tests.
final class Exports implements AutoCloseable {

  final Path directory;
  final ByteArrayOutputStream standardOutput = new ByteArrayOutputStream();
  final List<ImageReference> pushed = new ArrayList<>();
  final ImageStore images;
  final LocalBlobStore blobs;
  final Exporter exporter;
  private final TempSpace temp;

  Exports(Path directory) throws IOException {
    this.directory = directory;
    StateDirectory state = StateDirectory.open(directory.resolve("state"));
    temp = TempSpace.open(state.temporary(), TreeRemover::remove);
    blobs = new LocalBlobStore(state.blobs(), temp, StateCare.alone());
    images = new ImageStore(state.images(), new DamageLog());
    exporter =
        new Exporter(
            blobs, images, temp, (image, name) -> pushed.add(name), standardOutput, event -> {});
  }

  AssembledImage image(String... architectures) throws IOException {
    List<BuiltImage> built = new ArrayList<>();
    for (String architecture : architectures) {
      Path files = Files.createDirectories(directory.resolve("files-" + architecture));
      built.add(TestImage.make(blobs, files, architecture));
    }
    return AssembledImage.of(built);
  }

  @Override
  public void close() throws IOException {
    temp.close();
  }
}
