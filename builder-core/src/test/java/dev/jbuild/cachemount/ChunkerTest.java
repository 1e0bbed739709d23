package dev.jbuild.cachemount;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ChunkerTest {

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  private static List<byte[]> chunks(byte[] bytes, int step) throws IOException {
    List<byte[]> chunks = new ArrayList<>();
    try (Chunker chunker = new Chunker((b, n) -> chunks.add(Arrays.copyOf(b, n)))) {
      for (int i = 0; i < bytes.length; i += step) {
        chunker.write(bytes, i, Math.min(step, bytes.length - i));
      }
    }
    return chunks;
  }

  private static Set<Digest> digests(List<byte[]> chunks) {
    Set<Digest> digests = new HashSet<>();
    chunks.forEach(c -> digests.add(Digest.of(c)));
    return digests;
  }

  @Test
  void theChunksAreTheStream() throws IOException {
    byte[] bytes = random(20 << 20);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    chunks(bytes, 100_003).forEach(all::writeBytes);
    assertArrayEquals(bytes, all.toByteArray());
  }

  @Test
  void sizesAreNearTheWantedOne() throws IOException {
    List<byte[]> chunks = chunks(random(64 << 20), 1 << 16);
    assertTrue(chunks.size() > 32 && chunks.size() < 128, chunks.size() + " chunks");
    for (byte[] chunk : chunks.subList(0, chunks.size() - 1)) {
      assertTrue(chunk.length > Chunker.SMALLEST && chunk.length <= Chunker.LARGEST);
    }
  }

  @Test
  void howItIsWrittenDoesNotMatter() throws IOException {
    byte[] bytes = random(6 << 20);
    assertEquals(digests(chunks(bytes, 7)), digests(chunks(bytes, 1 << 20)));
  }

  /// The cuts are part of the format: they are the same in each version of the program.
  @Test
  void theCutsAreThoseOfTheFormat() throws IOException {
    List<Integer> lengths = chunks(random(6 << 20), 1 << 16).stream().map(c -> c.length).toList();
    assertEquals(List.of(1607361, 1290401, 1078454, 1172411, 1142829), lengths);
  }

  @Test
  void anInsertionMovesTheCutsNextToItOnly() throws IOException {
    byte[] bytes = random(32 << 20);
    byte[] longer = new byte[bytes.length + 5];
    int at = 16 << 20;
    System.arraycopy(bytes, 0, longer, 0, at);
    System.arraycopy(bytes, at, longer, at + 5, bytes.length - at);
    Set<Digest> before = digests(chunks(bytes, 1 << 16));
    Set<Digest> after = digests(chunks(longer, 1 << 16));
    after.removeAll(before);
    assertTrue(after.size() <= 3, after.size() + " of " + before.size() + " chunks are new");
  }

  @Test
  void whatHasNoCutsIsCutAtTheLargestSize() throws IOException {
    List<byte[]> chunks = chunks(new byte[9 << 20], 1 << 16);
    assertEquals(List.of(4 << 20, 4 << 20, 1 << 20), chunks.stream().map(c -> c.length).toList());
  }

  @Test
  void nothingIsNoChunk() throws IOException {
    assertEquals(List.of(), chunks(new byte[0], 1));
  }
}
