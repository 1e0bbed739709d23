package dev.jbuild.export;

import dev.jbuild.archive.TarWriter;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.ImageStore;
import dev.jbuild.content.TempSpace;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.Clamp;
import dev.jbuild.snapshot.LayerStack;
import dev.jbuild.snapshot.LayerWriter;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Brings an image to its targets, one after the other.
public final class Exporter {

  private final BlobStore blobs;
  private final ImageStore images;
  private final TempSpace temp;
  private final RegistryPush registry;
  private final OutputStream standardOutput;
  private final EventSink events;

  /// Pushes an image to a registry: the part that knows registries.
  @FunctionalInterface
  public interface RegistryPush {
    void push(AssembledImage image, ImageReference name) throws IOException;
  }

  /// @param standardOutput for targets without a destination; not closed
  public Exporter(
      BlobStore blobs,
      ImageStore images,
      TempSpace temp,
      RegistryPush registry,
      OutputStream standardOutput,
      EventSink events) {
    this.blobs = blobs;
    this.images = images;
    this.temp = temp;
    this.registry = registry;
    this.standardOutput = standardOutput;
    this.events = events;
  }

  /// Exports to one target. Throws [Unavailable] when a file or directory cannot be written, and
  /// `UncheckedIOException` when the state cannot.
  public void export(AssembledImage image, ExportTarget target) {
    long start = System.nanoTime();
    try {
      String kind = write(image, target);
      events.accept(
          new BuildEvent.Exported(
              kind,
              described(target),
              Optional.of(image.root().digest()),
              Duration.ofNanos(System.nanoTime() - start)));
    } catch (IOException e) {
      if (target instanceof ExportTarget.Store) {
        throw new UncheckedIOException(e);
      }
      throw new Unavailable(
          Problem.error("ExportFailed", "cannot write " + described(target) + ": " + reason(e)), e);
    }
  }

  /// Writes the image, and returns the target's kind.
  private String write(AssembledImage image, ExportTarget target) throws IOException {
    switch (target) {
      case ExportTarget.Store store -> {
        store(image, store.names());
        return "store";
      }
      case ExportTarget.Registry push -> {
        push(image, push.names());
        return "registry";
      }
      case ExportTarget.Oci oci -> {
        oci(image, oci);
        return "oci";
      }
      case ExportTarget.Docker docker -> {
        to(docker.destination(), out -> DockerArchive.write(image, docker.names(), blobs, out));
        return "docker";
      }
      case ExportTarget.Tar tar -> {
        to(tar.destination(), out -> rootFileSystem(image, out));
        return "tar";
      }
      case ExportTarget.Local local -> {
        Files.createDirectories(local.destination());
        FlatTree.copy(only(image).image().tree(), local.destination());
        return "local";
      }
    }
  }

  /// An older image of a name here would be taken for the one just pushed.
  private void push(AssembledImage image, List<ImageReference> names) throws IOException {
    for (ImageReference name : names) {
      registry.push(image, name);
      if (images.find(name).filter(d -> !d.digest().equals(image.root().digest())).isPresent()) {
        images.remove(name);
      }
    }
  }

  private static String reason(IOException e) {
    return switch (e) {
      case NoSuchFileException missing -> "no such file or directory: " + missing.getFile();
      case AccessDeniedException denied -> "permission denied: " + denied.getFile();
      case FileSystemException other when other.getReason() != null ->
          other.getReason() + ": " + other.getFile();
      default -> String.valueOf(e.getMessage());
    };
  }

  private static String described(ExportTarget target) {
    return switch (target) {
      case ExportTarget.Store store -> names(store.names());
      case ExportTarget.Registry push -> names(push.names());
      case ExportTarget.Oci oci -> oci.destination().map(Path::toString).orElse("-");
      case ExportTarget.Docker docker -> docker.destination().map(Path::toString).orElse("-");
      case ExportTarget.Tar tar -> tar.destination().map(Path::toString).orElse("-");
      case ExportTarget.Local local -> local.destination().toString();
    };
  }

  private static String names(List<ImageReference> names) {
    return String.join(", ", names.stream().map(ImageReference::familiar).toList());
  }

  private void store(AssembledImage image, List<ImageReference> names) throws IOException {
    for (AssembledImage.Single single : image.images()) {
      for (BuiltImage.BuiltLayer layer : single.image().layers()) {
        layer.materialize();
      }
      blobs.store(MediaTypes.OCI_CONFIG, single.config());
      blobs.store(MediaTypes.OCI_MANIFEST, single.manifest());
    }
    if (image.index().isPresent()) {
      blobs.store(MediaTypes.OCI_INDEX, image.index().get());
    }
    for (ImageReference name : names) {
      images.put(name, image.root());
    }
  }

  private void oci(AssembledImage image, ExportTarget.Oci oci) throws IOException {
    if (!oci.tar()) {
      Path directory =
          oci.destination()
              .orElseThrow(() ->
                  new InvalidInput(
                      Problem.error("NoDestination", "an OCI layout directory needs dest=DIR")));
      OciLayoutWriter.write(image, oci.names(), blobs, new DirectoryFiles(directory));
      return;
    }
    to(
        oci.destination(),
        out -> {
          TarWriter tar = new TarWriter(out);
          OciLayoutWriter.write(image, oci.names(), blobs, new TarFiles(tar));
          tar.end();
        });
  }

  private void rootFileSystem(AssembledImage image, OutputStream out) throws IOException {
    Path flat = temp.directory("flat");
    FlatTree.copy(only(image).image().tree(), flat);
    try (LayerStack nothing = LayerStack.open(List.of())) {
      LayerWriter.write(flat, nothing, Clamp.NONE, out);
    }
  }

  private static AssembledImage.Single only(AssembledImage image) {
    if (image.images().size() > 1) {
      throw new InvalidInput(
          Problem.error(
              "SeveralPlatforms", "this output holds one platform, and the build made several"));
    }
    return image.images().getFirst();
  }

  private interface Writer {
    void write(OutputStream out) throws IOException;
  }

  private void to(Optional<Path> destination, Writer writer) throws IOException {
    if (destination.isEmpty()) {
      writer.write(standardOutput);
      standardOutput.flush();
      return;
    }
    Path file =
        Files.exists(destination.get()) ? destination.get().toRealPath() : destination.get();
    if (Files.isDirectory(file)) {
      throw new InvalidInput(
          Problem.error("DestinationIsDirectory", "the output " + file + " is a directory")
              .help("give the name of a file, for example dest=" + file.resolve("image.tar")));
    }
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      // A device or a pipe is written to, never replaced.
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 17)) {
        writer.write(out);
      }
      return;
    }
    Path part = file.resolveSibling(file.getFileName() + ".part");
    try {
      try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(part), 1 << 17)) {
        writer.write(out);
      }
      Files.move(part, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(part);
    }
  }
}
