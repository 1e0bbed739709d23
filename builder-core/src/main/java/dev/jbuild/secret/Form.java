package dev.jbuild.secret;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/// How a secret's bytes can be written.
public enum Form {
  PLAIN("as it is"),
  BASE64("in base64"),
  URL("URL-encoded");

  /// Shorter encodings are met by chance.
  private static final int MIN_BASE64 = 8;

  private static final String UNRESERVED = "-._~";

  private final String words;

  Form(String words) {
    this.words = words;
  }

  /// For people: `in base64`.
  public String words() {
    return words;
  }

  /// The texts of `secret` in this form, at most `max` bytes of each.
  Set<ByteBuffer> of(byte[] secret, int max) {
    Set<ByteBuffer> texts = new TreeSet<>();
    switch (this) {
      case PLAIN -> add(texts, secret, max);
      case BASE64 -> {
        for (int before = 0; before < 3; before++) {
          addBase64(texts, Base64.getEncoder(), secret, before, max);
          addBase64(texts, Base64.getUrlEncoder(), secret, before, max);
        }
      }
      case URL -> {
        String encoded = percent(secret);
        for (String text :
            List.of(encoded, lowerHex(encoded), encoded.replace("%20", "+"), noSlash(encoded))) {
          byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
          if (!Arrays.equals(bytes, secret)) {
            add(texts, bytes, max);
          }
        }
      }
    }
    return texts;
  }

  private static void add(Set<ByteBuffer> texts, byte[] bytes, int max) {
    texts.add(ByteBuffer.wrap(Arrays.copyOf(bytes, Math.min(max, bytes.length))));
  }

  /// What base64 makes of the secret when so many bytes (modulo 3) come before it; the characters
  /// that depend on its neighbours are left out.
  private static void addBase64(
      Set<ByteBuffer> texts, Base64.Encoder encoder, byte[] secret, int before, int max) {
    byte[] shifted = new byte[before + secret.length];
    System.arraycopy(secret, 0, shifted, before, secret.length);
    byte[] encoded = encoder.withoutPadding().encode(shifted);
    int from = before == 0 ? 0 : before + 1;
    int to = shifted.length % 3 == 0 ? encoded.length : encoded.length - 1;
    if (to - from >= MIN_BASE64) {
      add(texts, Arrays.copyOfRange(encoded, from, to), max);
    }
  }

  private static String percent(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (byte b : bytes) {
      char c = (char) (b & 0xff);
      if (c < 0x80 && (Character.isLetterOrDigit(c) || UNRESERVED.indexOf(c) >= 0)) {
        text.append(c);
      } else {
        text.append(String.format(Locale.ROOT, "%%%02X", (int) c));
      }
    }
    return text.toString();
  }

  /// Paths leave their slashes alone.
  private static String noSlash(String encoded) {
    return encoded.replace("%2F", "/");
  }

  private static String lowerHex(String encoded) {
    StringBuilder text = new StringBuilder(encoded);
    for (int i = text.indexOf("%"); i >= 0; i = text.indexOf("%", i + 3)) {
      text.replace(i + 1, i + 3, text.substring(i + 1, i + 3).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }
}
