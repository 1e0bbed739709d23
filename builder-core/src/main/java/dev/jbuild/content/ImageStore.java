package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The images built here, by name: an OCI index beside the blobs. Safe for several threads and
/// processes.
public final class ImageStore {

  /// A file lock is the whole process's: stores on one directory in one process exclude each other
  /// here.
  private static final Object ONE_AT_A_TIME = new Object();

  private final Path index;
  private final Path lock;

  public ImageStore(Path directory) {
    this.index = directory.resolve("index.json");
    this.lock = directory.resolve("lock");
  }

  /// An image and its name.
  public record Named(ImageReference name, Descriptor descriptor) {}

  /// Names an image; what had the name before has it no longer.
  public void put(ImageReference name, Descriptor descriptor) throws IOException {
    change(images -> {
      List<Descriptor> kept = without(images, name);
      kept.add(descriptor.withAnnotations(Map.of(OciLayout.IMAGE_NAME, name.toString())));
      return kept;
    });
  }

  public void remove(ImageReference name) throws IOException {
    change(images -> without(images, name));
  }

  public Optional<Descriptor> find(ImageReference name) throws IOException {
    return list().stream()
        .filter(image -> image.name().toString().equals(name.toString()))
        .map(Named::descriptor)
        .findFirst();
  }

  /// All images, in the order they were named.
  public List<Named> list() throws IOException {
    return read().stream()
        .filter(d -> d.annotations().containsKey(OciLayout.IMAGE_NAME))
        .map(d ->
            new Named(
                ImageReference.parse(d.annotations().getOrDefault(OciLayout.IMAGE_NAME, "")), d))
        .toList();
  }

  private static List<Descriptor> without(List<Descriptor> images, ImageReference name) {
    List<Descriptor> kept = new ArrayList<>(images);
    kept.removeIf(d -> name.toString().equals(d.annotations().get(OciLayout.IMAGE_NAME)));
    return kept;
  }

  private List<Descriptor> read() throws IOException {
    try {
      return OciJson.readIndex(Files.readAllBytes(index)).manifests();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (InvalidInput e) {
      throw new Unavailable(
          Problem.error("StateDamaged", "the list of images " + index + " is damaged")
              .help("remove that file; the images must then be built or tagged again"),
          e);
    }
  }

  private void change(UnaryOperator<List<Descriptor>> edit) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        List<Descriptor> changed = edit.apply(read());
        AtomicFile.write(
            index, OciJson.writeIndex(new ImageIndex(MediaTypes.OCI_INDEX, changed, Map.of())));
      }
    }
  }
}
