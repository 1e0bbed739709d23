package dev.jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileDigestMemoTest {

  private static final long NOW = 2_000_000_000;

  @TempDir Path temp;

  private FileDigestMemo open(int entries) throws IOException {
    return FileDigestMemo.open(
        temp.resolve("memo"), entries, Clock.fixed(Instant.ofEpochSecond(NOW), ZoneOffset.UTC));
  }

  private static FileStat file(long inode, long size, long mtime, long ctime, int nanos) {
    return new FileStat(
        FileStat.Type.FILE,
        0644,
        0,
        0,
        size,
        mtime,
        0,
        new FileStat.Device(0, 0),
        new FileStat.Identity(1, inode, ctime, nanos),
        1);
  }

  private static Digest digest(long of) {
    return Digest.ofUtf8("content " + of);
  }

  @Test
  void remembersAcrossInstances() throws IOException {
    try (FileDigestMemo memo = open(1000);
        FileDigestMemo other = open(1000)) {
      memo.remember(file(1, 10, 5, 6, 7), digest(1));
      assertEquals(Optional.of(digest(1)), memo.find(file(1, 10, 5, 6, 7)));
      assertEquals(Optional.of(digest(1)), other.find(file(1, 10, 5, 6, 7)));
    }
    try (FileDigestMemo memo = open(1000)) {
      assertEquals(Optional.of(digest(1)), memo.find(file(1, 10, 5, 6, 7)));
      memo.remember(file(1, 10, 5, 6, 7), digest(2));
      assertEquals(Optional.of(digest(2)), memo.find(file(1, 10, 5, 6, 7)));
    }
  }

  @Test
  void anyChangeIsAnotherFile() throws IOException {
    try (FileDigestMemo memo = open(1000)) {
      memo.remember(file(1, 10, 5, 6, 7), digest(1));
      assertTrue(memo.find(file(2, 10, 5, 6, 7)).isEmpty());
      assertTrue(memo.find(file(1, 11, 5, 6, 7)).isEmpty());
      assertTrue(memo.find(file(1, 10, 4, 6, 7)).isEmpty());
      assertTrue(memo.find(file(1, 10, 5, 7, 7)).isEmpty());
      assertTrue(memo.find(file(1, 10, 5, 6, 8)).isEmpty());
    }
  }

  @Test
  void youngFilesAreNotRemembered() throws IOException {
    try (FileDigestMemo memo = open(1000)) {
      memo.remember(file(1, 10, 5, NOW, 0), digest(1));
      memo.remember(file(2, 10, NOW - 1, 5, 0), digest(1));
      memo.remember(file(3, 10, 5, NOW + 1000, 0), digest(1));
      memo.remember(file(4, 10, 5, NOW - 10, 0), digest(1));
      assertTrue(memo.find(file(1, 10, 5, NOW, 0)).isEmpty());
      assertTrue(memo.find(file(2, 10, NOW - 1, 5, 0)).isEmpty());
      assertTrue(memo.find(file(3, 10, 5, NOW + 1000, 0)).isEmpty());
      assertTrue(memo.find(file(4, 10, 5, NOW - 10, 0)).isPresent());
    }
  }

  @Test
  void sizeIsBoundedAndNeverWrong() throws IOException {
    try (FileDigestMemo memo = open(100)) {
      for (long i = 0; i < 5000; i++) {
        memo.remember(file(i, 10, 5, 6, 7), digest(i));
        assertEquals(Optional.of(digest(i)), memo.find(file(i, 10, 5, 6, 7)));
      }
      for (long i = 0; i < 5000; i++) {
        long inode = i;
        memo.find(file(i, 10, 5, 6, 7)).ifPresent(d -> assertEquals(digest(inode), d));
      }
    }
    assertTrue(Files.size(temp.resolve("memo")) <= 100 * 72);
  }

  @Test
  void damageIsForgotten() throws IOException {
    Random random = new Random(1);
    try (FileDigestMemo memo = open(100)) {
      for (long i = 0; i < 100; i++) {
        memo.remember(file(i, 10, 5, 6, 7), digest(i));
      }
    }
    byte[] bytes = Files.readAllBytes(temp.resolve("memo"));
    for (int i = 0; i < bytes.length; i += 30) {
      bytes[i] = (byte) random.nextInt();
    }
    Files.write(temp.resolve("memo"), bytes);
    try (FileDigestMemo memo = open(100)) {
      for (long i = 0; i < 100; i++) {
        long inode = i;
        memo.find(file(i, 10, 5, 6, 7)).ifPresent(d -> assertEquals(digest(inode), d));
        memo.remember(file(i, 10, 5, 6, 7), digest(i));
        assertEquals(Optional.of(digest(i)), memo.find(file(i, 10, 5, 6, 7)));
      }
    }
  }
}
