package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Remembers which blob is the compressed form of a layer: one small file `layers/HEX-FORM` each.
/// Safe for several threads and processes.
public final class LayerBlobs {

  /// Compressed forms a layer of our own may have, best first.
  public static final List<String> FORMS = List.of("gzip-6", "plain");

  private static final int MAX_BYTES = 1 << 16;

  private final Path directory;
  private final DamageLog damage;

  public LayerBlobs(Path directory, DamageLog damage) {
    this.directory = directory;
    this.damage = damage;
  }

  /// @param form how it was compressed, for example `gzip-6`
  public Optional<Descriptor> find(Digest diffId, String form) throws IOException {
    Optional<byte[]> body =
        CheckedFile.read(file(diffId, form), MAX_BYTES, "note about layer " + diffId, damage);
    if (body.isEmpty()) {
      return Optional.empty();
    }
    String[] words = new String(body.get(), StandardCharsets.US_ASCII).split(" ");
    return Optional.of(Descriptor.of(words[0], Digest.parse(words[1]), Long.parseLong(words[2])));
  }

  public void remember(Digest diffId, String form, Descriptor blob) throws IOException {
    String text = blob.mediaType() + " " + blob.digest() + " " + blob.size();
    CheckedFile.writeLazily(file(diffId, form), text.getBytes(StandardCharsets.US_ASCII));
  }

  private Path file(Digest diffId, String form) {
    return directory.resolve(diffId.hex() + "-" + form);
  }
}
