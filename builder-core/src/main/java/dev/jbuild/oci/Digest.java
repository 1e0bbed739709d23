package dev.jbuild.oci;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/// A content digest, `sha256:` and 64 lower-case hex digits (image-spec `descriptor.md`, Digests).
///
/// Only SHA-256 is accepted: a value of this type is safe to use in a path or a URL.
public record Digest(String hex) implements Comparable<Digest> {

  private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
  private static final String PREFIX = "sha256:";

  public Digest {
    if (!HEX.matcher(hex).matches()) {
      throw new IllegalArgumentException("not 64 lower-case hex digits: " + hex);
    }
  }

  /// Reads `sha256:...`; throws [InvalidInput] for anything else, whoever sent it.
  public static Digest parse(String text) {
    if (!text.startsWith(PREFIX) || !HEX.matcher(text.substring(PREFIX.length())).matches()) {
      String line = text.replaceAll("\\p{Cntrl}+", " ");
      String shown = line.length() > 80 ? line.substring(0, 80) + "..." : line;
      throw new InvalidInput(
          Problem.error("InvalidDigest", "'" + shown + "' is not a sha256 digest"));
    }
    return new Digest(text.substring(PREFIX.length()));
  }

  public static Digest of(byte[] bytes) {
    return new Digest(HexFormat.of().formatHex(sha256().digest(bytes)));
  }

  public static Digest ofUtf8(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /// The digest of what was fed to `state`, which is reset.
  public static Digest of(MessageDigest state) {
    return new Digest(HexFormat.of().formatHex(state.digest()));
  }

  /// A fresh SHA-256 state.
  public static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// The first 12 digits, for people.
  public String shortHex() {
    return hex.substring(0, 12);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return PREFIX + hex;
  }
}
