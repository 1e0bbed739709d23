package dev.jbuild.export;

import dev.jbuild.archive.ParallelGzip;
import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarWriter;
import dev.jbuild.content.BlobStore;
import dev.jbuild.linux.BytePath;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.LayerStack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// An image of one layer with one file, `hello`.
record TestImage(ImageConfig config, List<BuiltLayer> layers, Path files) implements BuiltImage {

  static final String CONTENT = "hello, reader\n";

  private record StoredLayer(Digest diffId, Descriptor descriptor) implements BuiltLayer {
    @Override
    public void materialize() {}

    @Override
    public Optional<ImageReference> origin() {
      return Optional.empty();
    }
  }

  static TestImage make(BlobStore blobs, Path files, String architecture) throws IOException {
    byte[] content = CONTENT.getBytes(StandardCharsets.UTF_8);
    Files.write(files.resolve("hello"), content);
    ByteArrayOutputStream tar = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(tar);
    writer.begin(
        new TarEntry(
            BytePath.of("hello"),
            TarEntry.Type.FILE,
            0644,
            0,
            0,
            content.length,
            1_700_000_000,
            BytePath.EMPTY,
            0,
            0,
            List.of()));
    writer.write(content, 0, content.length);
    writer.end();
    Digest diffId = Digest.of(tar.toByteArray());
    Descriptor blob =
        blobs.store(
            MediaTypes.OCI_LAYER_GZIP,
            Optional.empty(),
            out -> {
              try (ParallelGzip gzip = new ParallelGzip(out, 6, 1)) {
                gzip.write(tar.toByteArray());
              }
            });
    Optional<Instant> created = Optional.of(Instant.ofEpochSecond(1_700_000_000));
    History history =
        new History(
            created, Optional.of("COPY hello /"), Optional.empty(), Optional.empty(), false);
    ImageConfig config =
        new ImageConfig(
            Platform.of("linux", architecture),
            created,
            Optional.empty(),
            ContainerConfig.EMPTY.withLabels(Map.of("who", "jbuild")),
            List.of(diffId),
            List.of(history),
            Map.of());
    return new TestImage(config, List.of(new StoredLayer(diffId, blob)), files);
  }

  @Override
  public FileTree tree() throws IOException {
    return LayerStack.open(List.of(files));
  }
}
