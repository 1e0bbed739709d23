package dev.jbuild.execute;

import dev.jbuild.secret.Scan;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/// Turns the bytes of one output stream of a command into text, and blanks secrets in it.
///
/// Characters and secrets may be split over writes: what may be the beginning of one is held back
/// until more comes or the stream ends. Bounded by the length of the longest secret. Not safe for
/// several threads.
final class OutputText {

  private static final String BLANK = "***";

  private final List<String> secrets;
  private final Scan scan;
  private final Consumer<String> out;
  private final CharsetDecoder decoder =
      StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPLACE)
          .onUnmappableCharacter(CodingErrorAction.REPLACE);
  private ByteBuffer rest = ByteBuffer.allocate(0);
  private String held = "";

  /// @param secrets texts to blank; short ones (under 4 characters) would blank half the log and
  ///   are left alone
  /// @param scan sees the bytes as they come
  OutputText(Collection<byte[]> secrets, Scan scan, Consumer<String> out) {
    this.secrets =
        secrets.stream()
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8).strip())
            .filter(s -> s.length() >= 4)
            .toList();
    this.scan = scan;
    this.out = out;
  }

  void write(byte[] buffer, int length) {
    scan.feed(buffer, 0, length);
    ByteBuffer in = ByteBuffer.allocate(rest.remaining() + length);
    in.put(rest).put(buffer, 0, length).flip();
    CharBuffer text = CharBuffer.allocate(in.remaining() + 1);
    decoder.decode(in, text, false);
    rest = in.slice();
    emit(held + text.flip(), false);
  }

  void end() {
    CharBuffer text = CharBuffer.allocate(rest.remaining() + 4);
    decoder.decode(rest, text, true);
    decoder.flush(text);
    emit(held + text.flip(), true);
  }

  private void emit(String text, boolean last) {
    String blanked = text;
    for (String secret : secrets) {
      blanked = blanked.replace(secret, BLANK);
    }
    int keep = last ? 0 : startOfSecret(blanked);
    held = blanked.substring(blanked.length() - keep);
    String ready = blanked.substring(0, blanked.length() - keep);
    if (!ready.isEmpty()) {
      out.accept(ready);
    }
  }

  /// How many characters at the end of `text` may be the beginning of a secret.
  private int startOfSecret(String text) {
    int longest = 0;
    for (String secret : secrets) {
      for (int n = Math.min(secret.length() - 1, text.length()); n > longest; n--) {
        if (text.endsWith(secret.substring(0, n))) {
          longest = n;
        }
      }
    }
    return longest;
  }
}
