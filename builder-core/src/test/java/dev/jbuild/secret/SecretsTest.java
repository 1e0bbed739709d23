package dev.jbuild.secret;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

  private static final String TOKEN = "ghp_k3y/with+odd chars?=";

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Optional<Scan.Hit> scan(byte[] secret, byte[] text, int chunk) {
    Scan scan = Secrets.of(Map.of("token", secret)).scan();
    for (int i = 0; i < text.length; i += chunk) {
      scan.feed(text, i, Math.min(chunk, text.length - i));
    }
    return scan.hit();
  }

  private static Form found(String text) {
    return scan(bytes(TOKEN), bytes(text), 7).orElseThrow().kind().form();
  }

  @Test
  void plainAndEncodedFormsAreFound() {
    assertEquals(Form.PLAIN, found("a\nb " + TOKEN + " c"));
    assertEquals(Form.URL, found("x=" + URLEncoder.encode(TOKEN, StandardCharsets.UTF_8)));
    assertEquals(Form.URL, found("x=ghp_k3y%2fwith%2bodd%20chars%3f%3d"));
    assertEquals(Form.URL, found("x=ghp_k3y/with%2Bodd%20chars%3F%3D"));
  }

  @Test
  void base64IsFoundWhateverStandsBeforeAndBehind() {
    for (int before = 0; before < 9; before++) {
      for (int behind = 0; behind < 9; behind++) {
        byte[] text = bytes("b".repeat(before) + TOKEN + "e".repeat(behind));
        assertEquals(Form.BASE64, found(Base64.getEncoder().encodeToString(text)));
        assertEquals(
            Form.BASE64, found(Base64.getUrlEncoder().withoutPadding().encodeToString(text)));
        assertEquals(
            Form.BASE64, found(Base64.getMimeEncoder(16, bytes("\r\n")).encodeToString(text)));
      }
    }
  }

  @Test
  void everySplitOfTheStreamIsTheSame() {
    byte[] text = bytes("ghp_k3y ghp_k3y/with+ghp_" + TOKEN);
    for (int chunk = 1; chunk <= text.length; chunk++) {
      assertTrue(scan(bytes(TOKEN), text, chunk).isPresent(), "chunks of " + chunk);
    }
  }

  @Test
  void theLineIsTold() {
    assertEquals(3, scan(bytes(TOKEN), bytes("a\nb\n" + TOKEN + "\n"), 4).orElseThrow().line());
  }

  @Test
  void randomBytesHoldNothing() {
    Random random = new Random(42);
    byte[] secret = new byte[24];
    random.nextBytes(secret);
    byte[] text = new byte[1 << 20];
    random.nextBytes(text);
    assertEquals(Optional.empty(), scan(secret, text, 4096));
    System.arraycopy(secret, 0, text, 500_000, secret.length);
    assertEquals(Form.PLAIN, scan(secret, text, 4096).orElseThrow().kind().form());
  }

  @Test
  void almostIsNotFound() {
    assertEquals(
        Optional.empty(),
        scan(bytes(TOKEN), bytes(TOKEN.substring(1) + TOKEN.substring(0, 20)), 3));
    byte[] other = bytes(TOKEN);
    other[5] ^= 1;
    String encoded = Base64.getEncoder().encodeToString(other);
    assertEquals(Optional.empty(), scan(bytes(TOKEN), bytes(encoded), 3));
  }

  @Test
  void shortOnesAreLeftAlone() {
    assertTrue(Secrets.of(Map.of("a", bytes("pw"), "b", bytes(" x \n"))).isEmpty());
  }

  @Test
  void ofALongOneTheBeginningCounts() {
    byte[] secret = new byte[500_000];
    new Random(1).nextBytes(secret);
    assertTrue(scan(secret, secret, 1 << 16).isPresent());
    assertTrue(scan(secret, Arrays.copyOf(secret, 300), 100).isPresent());
  }

  @Test
  void theTreeSearchNamesThePlace(@TempDir Path tree) throws Exception {
    Secrets secrets = Secrets.of(Map.of("token", bytes("s3cr3t-value")));
    assertEquals(Optional.empty(), TreeSearch.in(tree, secrets));
    Files.createDirectories(tree.resolve("z"));
    Files.createSymbolicLink(tree.resolve("z/l"), Path.of("/x/s3cr3t-value"));
    assertEquals("the link /z/l", TreeSearch.in(tree, secrets).orElseThrow().place());
    Files.createDirectories(tree.resolve("y/a-s3cr3t-value-b"));
    assertEquals("a name in /y", TreeSearch.in(tree, secrets).orElseThrow().place());
    Files.writeString(tree.resolve("x"), "1\n2\ns3cr3t-value");
    assertEquals("/x, line 3", TreeSearch.in(tree, secrets).orElseThrow().place());
  }
}
