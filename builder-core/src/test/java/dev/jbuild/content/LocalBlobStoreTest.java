package dev.jbuild.content;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalBlobStoreTest {

  @TempDir Path home;
  private StateDirectory state;
  private TempSpace temp;
  private LocalBlobStore blobs;
  private byte[] bytes;

  @BeforeEach
  void open() throws IOException {
    state = StateDirectory.open(home);
    temp = TempSpace.open(state.temporary(), Trees::remove);
    blobs = new LocalBlobStore(state.blobs(), temp, StateCare.alone());
    bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
  }

  @AfterEach
  void close() throws IOException {
    temp.close();
  }

  @Test
  void whatIsStoredIsReadAgain() throws IOException {
    Descriptor blob = blobs.store("m", bytes);
    assertEquals(Descriptor.of("m", Digest.of(bytes), bytes.length), blob);
    assertEquals(blob, blobs.store("m", bytes));
    assertEquals(OptionalLong.of(bytes.length), blobs.size(blob.digest()));
    try (InputStream in = blobs.open(blob.digest())) {
      assertEquals(bytes[0], (byte) in.read());
      assertEquals(0, in.skip(-5));
      long skipped = in.skip(100);
      byte[] rest = in.readAllBytes();
      assertArrayEquals(Arrays.copyOfRange(bytes, 1 + (int) skipped, bytes.length), rest);
      assertEquals(-1, in.read());
    }
    assertTrue(inTemp().isEmpty());
  }

  @Test
  void nothingThere() throws IOException {
    Digest nothing = Digest.ofUtf8("nothing");
    assertEquals(OptionalLong.empty(), blobs.size(nothing));
    assertThrows(IOException.class, () -> blobs.open(nothing).close());
  }

  @Test
  void bytesOfAnotherDigestOrSizeAreNotStored() throws IOException {
    Digest other = Digest.ofUtf8("other");
    List<Descriptor> wrong =
        List.of(
            Descriptor.of("m", other, bytes.length),
            Descriptor.of("m", Digest.of(bytes), bytes.length + 1),
            Descriptor.of("m", Digest.of(bytes), bytes.length - 1),
            Descriptor.of("m", Digest.of(bytes), 0));
    for (Descriptor expected : wrong) {
      assertThrows(
          IOException.class,
          () -> blobs.store("m", Optional.of(expected), out -> out.write(bytes)));
    }
    assertEquals(OptionalLong.empty(), blobs.size(other));
    assertEquals(OptionalLong.empty(), blobs.size(Digest.of(bytes)));
    assertTrue(inTemp().isEmpty());
  }

  @Test
  void anEndlessSourceStopsAtTheExpectedSize() {
    Descriptor expected = Descriptor.of("m", Digest.of(bytes), bytes.length);
    assertThrows(
        IOException.class,
        () ->
            blobs.store(
                "m",
                Optional.of(expected),
                out -> {
                  while (true) {
                    out.write(bytes);
                  }
                }));
  }

  @Test
  void aWriterThatFailsLeavesNothing() throws IOException {
    assertThrows(
        IOException.class,
        () ->
            blobs.store(
                "m",
                Optional.empty(),
                out -> {
                  out.write(bytes);
                  throw new IOException("connection lost");
                }));
    assertTrue(inTemp().isEmpty());
    try (var stored = Files.list(state.blobs().resolve("sha256"))) {
      assertEquals(0, stored.count());
    }
  }

  @Test
  void aDamagedBlobIsFoundAtItsEndAndDropped() throws IOException {
    Digest digest = blobs.store("m", bytes).digest();
    List<byte[]> damages = new ArrayList<>();
    byte[] flipped = bytes.clone();
    flipped[200_000] ^= 1;
    damages.add(flipped);
    damages.add(Arrays.copyOf(bytes, bytes.length - 1));
    damages.add(Arrays.copyOf(bytes, bytes.length + 1));
    damages.add(new byte[0]);
    for (byte[] damage : damages) {
      Files.write(blobs.path(digest), damage);
      assertThrows(
          IOException.class,
          () -> {
            try (InputStream in = blobs.open(digest)) {
              in.readAllBytes();
            }
          });
      assertFalse(Files.exists(blobs.path(digest)));
      blobs.store("m", bytes);
    }
  }

  @Test
  void storingAgainRepairs() throws IOException {
    Digest digest = blobs.store("m", bytes).digest();
    byte[] flipped = bytes.clone();
    flipped[0] ^= 1;
    Files.write(blobs.path(digest), flipped);
    blobs.store("m", bytes);
    try (InputStream in = blobs.open(digest)) {
      assertArrayEquals(bytes, in.readAllBytes());
    }
  }

  @Test
  void manyStoreTheSameAtOnce() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Descriptor>> stored = new ArrayList<>();
      for (int i = 0; i < 16; i++) {
        stored.add(threads.submit(() -> blobs.store("m", bytes)));
      }
      for (Future<Descriptor> one : stored) {
        assertEquals(Digest.of(bytes), one.get().digest());
      }
    }
    assertTrue(inTemp().isEmpty());
  }

  private List<Path> inTemp() throws IOException {
    try (var files = Files.walk(state.temporary(), 2)) {
      return files.filter(f -> f.getFileName().toString().startsWith("blob")).toList();
    }
  }
}
