package dev.jbuild.content;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/// Small files of the state that say themselves whether they are whole: a first line with the
/// format's version and the digest of the rest.
///
/// A file of another version is as good as not there and is left alone. A damaged one is removed
/// and told to the [DamageLog].
public final class CheckedFile {

  private static final String VERSION = "jbuild-1 ";
  private static final int HEADER = VERSION.length() + 64 + 1;

  private CheckedFile() {}

  /// Writes `body` durably, in place of what is there.
  public static void write(Path file, byte[] body) throws IOException {
    AtomicFile.write(file, framed(body), true);
  }

  /// The same without waiting for the disk: a power cut may leave a damaged file, which is then
  /// found to be one.
  public static void writeLazily(Path file, byte[] body) throws IOException {
    AtomicFile.write(file, framed(body), false);
  }

  private static byte[] framed(byte[] body) {
    byte[] header = (VERSION + Digest.of(body).hex() + "\n").getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(header, HEADER + body.length);
    System.arraycopy(body, 0, all, HEADER, body.length);
    return all;
  }

  /// What was written; empty when there is no such file, none of this version, or none that is
  /// whole.
  ///
  /// @param limit of the body in bytes; a longer one is damage
  /// @param what the file is, for people: `the step result sha256:...`
  public static Optional<byte[]> read(Path file, int limit, String what, DamageLog damage)
      throws IOException {
    byte[] all;
    try {
      all = Files.size(file) > (long) HEADER + limit ? new byte[0] : Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    if (isOtherVersion(all)) {
      return Optional.empty();
    }
    if (all.length >= HEADER && all[HEADER - 1] == '\n') {
      byte[] body = Arrays.copyOfRange(all, HEADER, all.length);
      String digest = new String(all, VERSION.length(), 64, StandardCharsets.ISO_8859_1);
      if (new String(all, 0, VERSION.length(), StandardCharsets.ISO_8859_1).equals(VERSION)
          && Digest.of(body).hex().equals(digest)) {
        return Optional.of(body);
      }
    }
    Files.deleteIfExists(file);
    damage.dropped(what);
    return Optional.empty();
  }

  /// `jbuild-` and another number, with a digest in its place.
  private static boolean isOtherVersion(byte[] all) {
    String start =
        new String(all, 0, Math.min(all.length, HEADER + 8), StandardCharsets.ISO_8859_1);
    return start.matches("(?s)jbuild-(?!1 )\\d{1,6} [0-9a-f]{64}\n.*");
  }
}
