package dev.jbuild.s3;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/// The client against a server that checks signatures and knows conditional writes.
class BucketIT {

  private static RealS3 server;
  private Bucket bucket;

  @BeforeAll
  static void start(@TempDir Path directory) throws Exception {
    server = RealS3.start(directory);
  }

  @AfterAll
  static void stop() throws IOException {
    server.close();
  }

  @BeforeEach
  void open(TestInfo test) {
    bucket = new Bucket(place(Map.of("prefix", test.getDisplayName() + "/")));
  }

  @AfterEach
  void close() {
    bucket.close();
  }

  private static S3Place place(Map<String, String> more) {
    Map<String, String> attributes = new HashMap<>(server.attributes());
    attributes.putAll(more);
    return S3Place.of(attributes, Map.of());
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void put(Bucket into, String key, byte[] bytes) {
    into.put(key, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  @Test
  void whatIsPutIsThere() throws IOException {
    assertEquals(Optional.empty(), bucket.head("a"));
    assertEquals(Optional.empty(), bucket.read("a", 10));
    assertFalse(bucket.copy("a", 10, new ByteArrayOutputStream()));
    put(bucket, "a", text("hello"));
    put(bucket, "dir/b", text("there"));
    put(bucket, "dir/c", text(""));
    assertEquals(5, bucket.head("a").orElseThrow().size());
    assertArrayEquals(text("hello"), bucket.read("a", 5).orElseThrow().bytes());
    assertThrows(IOException.class, () -> bucket.read("a", 4));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(bucket.copy("dir/b", 5, out));
    assertEquals("there", out.toString(StandardCharsets.UTF_8));
    assertThrows(IOException.class, () -> bucket.copy("a", 4, new ByteArrayOutputStream()));
    assertEquals(
        List.of("dir/b", "dir/c"), bucket.list("dir/", 10).stream().map(Stored::key).toList());
    assertEquals(List.of("a"), bucket.list("", 1).stream().map(Stored::key).toList());
    bucket.touch("a");
    assertArrayEquals(text("hello"), bucket.read("a", 5).orElseThrow().bytes());
    bucket.touch("never-there");
    bucket.delete("a");
    bucket.delete("a");
    assertEquals(Optional.empty(), bucket.head("a"));
  }

  @Test
  void onlyOneOfTwoWritersWins() throws IOException {
    assertTrue(bucket.replace("index", text("1"), Optional.empty()));
    assertFalse(bucket.replace("index", text("2"), Optional.empty()), "there is one already");
    String first = bucket.read("index", 10).orElseThrow().version();
    assertTrue(bucket.replace("index", text("3"), Optional.of(first)));
    assertFalse(bucket.replace("index", text("4"), Optional.of(first)), "another was put");
    assertFalse(bucket.replace("gone", text("4"), Optional.of(first)), "it was deleted");
    assertArrayEquals(text("3"), bucket.read("index", 10).orElseThrow().bytes());
  }

  @Test
  void largeOnesGoInParts() throws IOException {
    byte[] bytes = random((11 << 20) + 1);
    try (Bucket parts = new Bucket(place(Map.of("prefix", "parts/")), 5 << 20)) {
      put(parts, "large", bytes);
      Stored stored = parts.head("large").orElseThrow();
      assertTrue(stored.version().endsWith("-3\""), "three parts: " + stored.version());
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertTrue(parts.copy("large", bytes.length, out));
      assertArrayEquals(bytes, out.toByteArray());
    }
  }

  @Test
  void contentThatCannotBeReadIsNotStored() {
    try (Bucket parts = new Bucket(place(Map.of("prefix", "broken/")), 5 << 20)) {
      AtomicInteger opened = new AtomicInteger();
      byte[] bytes = random(6 << 20);
      assertThrows(
          UncheckedIOException.class,
          () ->
              parts.put(
                  "k",
                  bytes.length,
                  () -> {
                    if (opened.incrementAndGet() > 1) {
                      throw new IOException("the disk is gone");
                    }
                    return new ByteArrayInputStream(bytes);
                  }));
      assertEquals(Optional.empty(), parts.head("k"));
      assertThrows(
          IllegalStateException.class,
          () ->
              parts.put(
                  "k",
                  3,
                  () -> {
                    throw new IllegalStateException("ours");
                  }));
    }
  }

  @Test
  void aBrokenConnectionIsTakenUpWhereItEnded() throws IOException {
    byte[] bytes = random(3 << 20);
    put(bucket, "k", bytes);
    try (Relay relay = new Relay(server.port(), 3, 700_000);
        Bucket shaky =
            new Bucket(
                place(
                    Map.of(
                        "prefix",
                        "aBrokenConnectionIsTakenUpWhereItEnded()/",
                        "endpoint_url",
                        "http://127.0.0.1:" + relay.port())))) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      assertTrue(shaky.copy("k", bytes.length, out));
      assertArrayEquals(bytes, out.toByteArray());
      assertEquals(0, relay.left(), "nothing was cut");
    }
  }

  @Test
  void problemsNameThePlaceAndTheMend() {
    String wrong = problem(AuthenticationFailed.class, Map.of("secret_access_key", "other"));
    assertTrue(wrong.startsWith("BucketRefused s3://builds/ at http://127.0.0.1:"), wrong);
    String missing = problem(InvalidInput.class, Map.of("bucket", "nobody"));
    assertTrue(missing.startsWith("InvalidBucket s3://nobody/"), missing);
    try (Bucket nobody = new Bucket(place(Map.of("bucket", "nobody")))) {
      assertThrows(InvalidInput.class, () -> put(nobody, "large", random(8 << 20)));
    }
    String down = problem(Unavailable.class, Map.of("endpoint_url", "http://127.0.0.1:1"));
    assertTrue(down.endsWith(": cannot connect"), down);
  }

  private String problem(Class<? extends BuildException> type, Map<String, String> attributes) {
    try (Bucket other = new Bucket(place(attributes))) {
      BuildException e = assertThrows(type, () -> put(other, "x", text("x")));
      assertFalse(e.problems().getFirst().help().isEmpty());
      return e.problems().getFirst().code() + " " + e.problems().getFirst().message();
    }
  }
}
