package dev.jbuild.linux;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;

/// Bytes as text and back without loss: UTF-8, with each byte that is not part of it as a lone
/// surrogate U+DC80..U+DCFF.
final class RawText {

  private static final int ESCAPE = 0xDC00;

  private RawText() {}

  static String fromLatin1(String latin1) {
    if (isAscii(latin1)) {
      return latin1;
    }
    ByteBuffer in = ByteBuffer.wrap(latin1.getBytes(StandardCharsets.ISO_8859_1));
    CharBuffer out = CharBuffer.allocate(latin1.length());
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    while (true) {
      CoderResult result = decoder.decode(in, out, true);
      if (result.isUnderflow()) {
        break;
      }
      for (int i = 0; i < result.length(); i++) {
        out.put((char) (ESCAPE + (in.get() & 0xFF)));
      }
      decoder.reset();
    }
    return out.flip().toString();
  }

  static String toLatin1(String text) {
    if (isAscii(text)) {
      return text;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (c > ESCAPE + 0x7F && c <= ESCAPE + 0xFF) {
            out.write(c - ESCAPE);
          } else {
            out.writeBytes(Character.toString(c).getBytes(StandardCharsets.UTF_8));
          }
        });
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  private static boolean isAscii(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) >= 0x80) {
        return false;
      }
    }
    return true;
  }
}
