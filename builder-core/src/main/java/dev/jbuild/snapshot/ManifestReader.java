package dev.jbuild.snapshot;

import dev.jbuild.oci.Digest;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;

/// Reads the lines of a [TreeManifest], and says at the end whether they are those that were
/// written.
final class ManifestReader implements AutoCloseable {

  private static final int TAIL = 128;

  private final BufferedReader in;
  private final MessageDigest digest = Digest.sha256();
  private final String header;

  private ManifestReader(BufferedReader in) throws IOException {
    this.in = in;
    this.header = line().orElse("");
  }

  static ManifestReader open(Path file) throws IOException {
    return new ManifestReader(
        new BufferedReader(
            new InputStreamReader(Files.newInputStream(file), StandardCharsets.ISO_8859_1),
            1 << 16));
  }

  String header() {
    return header;
  }

  /// The four fields of the next file; empty at the end and where the text is none.
  Optional<String[]> next() throws IOException {
    Optional<String> line = line();
    if (line.isEmpty()) {
      return Optional.empty();
    }
    String[] fields = line.get().split("\t", 4);
    return fields.length == 4 ? Optional.of(fields) : Optional.empty();
  }

  /// Whether nothing but the end is left and all that was read is what was written.
  boolean endsWhole() throws IOException {
    Optional<String> bytes = line();
    String expected = Digest.of(digest).hex();
    return bytes.filter(b -> b.startsWith("bytes ")).isPresent()
        && expected.equals(in.readLine())
        && in.readLine() == null;
  }

  private Optional<String> line() throws IOException {
    String line = in.readLine();
    if (line == null) {
      return Optional.empty();
    }
    digest.update(line.getBytes(StandardCharsets.ISO_8859_1));
    digest.update((byte) '\n');
    return Optional.of(line);
  }

  /// What the line before the last says.
  static long bytes(Path file) throws IOException {
    try (RandomAccessFile in = new RandomAccessFile(file.toString(), "r")) {
      in.seek(Math.max(0, in.length() - TAIL));
      byte[] tail = new byte[(int) Math.min(TAIL, in.length())];
      in.readFully(tail);
      String text = new String(tail, StandardCharsets.ISO_8859_1);
      int at = text.lastIndexOf("bytes ");
      int end = at < 0 ? -1 : text.indexOf('\n', at);
      try {
        return end < 0 ? 0 : Long.parseLong(text.substring(at + 6, end));
      } catch (NumberFormatException e) {
        return 0;
      }
    }
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
