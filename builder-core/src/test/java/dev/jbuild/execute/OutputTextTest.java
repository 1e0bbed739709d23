package dev.jbuild.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.secret.Secrets;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OutputTextTest {

  private static String through(List<String> secrets, int chunk, byte[] bytes) {
    StringBuilder got = new StringBuilder();
    OutputText text =
        new OutputText(
            secrets.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toList(),
            Secrets.of(Map.of()).scan(),
            got::append);
    for (int i = 0; i < bytes.length; i += chunk) {
      int n = Math.min(chunk, bytes.length - i);
      byte[] part = new byte[n];
      System.arraycopy(bytes, i, part, 0, n);
      text.write(part, n);
    }
    text.end();
    return got.toString();
  }

  @Test
  void secretsAreBlankedHoweverTheyAreSplit() {
    byte[] bytes = "a hunter22 b hunter2 hunter22".getBytes(StandardCharsets.UTF_8);
    for (int chunk = 1; chunk <= bytes.length; chunk++) {
      assertEquals("a *** b hunter2 ***", through(List.of("hunter22\n"), chunk, bytes));
    }
  }

  @Test
  void charactersSplitOverWritesStayWhole() {
    byte[] bytes = "größer € 😀".getBytes(StandardCharsets.UTF_8);
    for (int chunk = 1; chunk <= bytes.length; chunk++) {
      assertEquals("größer € 😀", through(List.of(), chunk, bytes));
    }
  }

  @Test
  void brokenBytesBecomeReplacementCharacters() {
    assertEquals("a�b�", through(List.of(), 1, new byte[] {'a', (byte) 0xff, 'b', (byte) 0xc3}));
  }
}
