package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// The images built here, by name: an OCI index in a file that says whether it is whole. Safe for
/// several threads and processes.
public final class ImageStore {

  /// A file lock is the whole process's: stores on one directory in one process exclude each other
  /// here.
  private static final Object ONE_AT_A_TIME = new Object();

  private static final int MAX_BYTES = 64 << 20;

  private final Path index;
  private final Path lock;
  private final DamageLog damage;

  public ImageStore(Path directory, DamageLog damage) {
    this.index = directory.resolve("names");
    this.lock = directory.resolve("lock");
    this.damage = damage;
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
    Optional<byte[]> body = CheckedFile.read(index, MAX_BYTES, "names of the images", damage);
    return body.isPresent() ? OciJson.readIndex(body.get()).manifests() : List.of();
  }

  private void change(UnaryOperator<List<Descriptor>> edit) throws IOException {
    synchronized (ONE_AT_A_TIME) {
      try (FileChannel channel =
          FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        channel.lock();
        List<Descriptor> changed = edit.apply(read());
        CheckedFile.write(
            index, OciJson.writeIndex(new ImageIndex(MediaTypes.OCI_INDEX, changed, Map.of())));
      }
    }
  }
}
