package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Remembers which blob is the compressed form of a layer: one small file `layers/HEX-FORM` each.
/// Safe for several threads and processes.
public final class LayerBlobs {

  private final Path directory;

  public LayerBlobs(Path directory) {
    this.directory = directory;
  }

  /// @param form how it was compressed, for example `gzip-6`
  public Optional<Descriptor> find(Digest diffId, String form) throws IOException {
    Path file = file(diffId, form);
    try {
      String[] words = Files.readString(file).strip().split(" ");
      return words.length == 3
          ? Optional.of(Descriptor.of(words[0], Digest.parse(words[1]), Long.parseLong(words[2])))
          : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (dev.jbuild.problem.InvalidInput
        | NumberFormatException
        | java.nio.charset.MalformedInputException e) {
      // Damaged: as good as not there.
      Files.deleteIfExists(file);
      return Optional.empty();
    }
  }

  public void remember(Digest diffId, String form, Descriptor blob) throws IOException {
    String text = blob.mediaType() + " " + blob.digest() + " " + blob.size() + "\n";
    AtomicFile.write(file(diffId, form), text.getBytes(StandardCharsets.US_ASCII));
  }

  private Path file(Digest diffId, String form) {
    return directory.resolve(diffId.hex() + "-" + form);
  }
}
