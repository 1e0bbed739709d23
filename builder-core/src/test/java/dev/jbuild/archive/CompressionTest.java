package dev.jbuild.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.Zstd;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorOutputStream;
import org.junit.jupiter.api.Test;

class CompressionTest {

  private interface Wrap {
    OutputStream around(OutputStream out) throws IOException;
  }

  private static byte[] packed(byte[] content, Wrap wrap) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream packer = wrap.around(out)) {
      packer.write(content);
    }
    return out.toByteArray();
  }

  private static byte[] content(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    Arrays.fill(bytes, 0, size / 2, (byte) 'a');
    return bytes;
  }

  private static byte[] unpacked(InputStream in) throws IOException {
    return Compression.decompress(in).readAllBytes();
  }

  private static byte[] unpacked(byte[] in) throws IOException {
    return unpacked(new ByteArrayInputStream(in));
  }

  @Test
  void allAreKnownByContent() throws IOException {
    byte[] plain = content(300_000);
    assertArrayEquals(plain, unpacked(plain));
    assertArrayEquals(plain, unpacked(packed(plain, GZIPOutputStream::new)));
    assertArrayEquals(plain, unpacked(packed(plain, BZip2CompressorOutputStream::new)));
    assertArrayEquals(plain, unpacked(packed(plain, XZCompressorOutputStream::new)));
    assertArrayEquals(plain, unpacked(Zstd.compress(plain)));
    assertArrayEquals(new byte[0], unpacked(new byte[0]));
  }

  /// A stream as sockets are: it gives little at a time and cannot say how much is there.
  private static InputStream slow(byte[] bytes) {
    return new InputStream() {
      private int at;

      @Override
      public int read() {
        return at < bytes.length ? bytes[at++] & 0xFF : -1;
      }

      @Override
      public int read(byte[] into, int offset, int length) {
        int b = read();
        if (b < 0) {
          return -1;
        }
        into[offset] = (byte) b;
        return 1;
      }
    };
  }

  @Test
  void gzipMembersAreReadAsOne() throws IOException {
    byte[] plain = content(10_000);
    byte[] one = packed(plain, GZIPOutputStream::new);
    byte[] two = Arrays.copyOf(one, one.length * 2);
    System.arraycopy(one, 0, two, one.length, one.length);
    byte[] twice = Arrays.copyOf(plain, plain.length * 2);
    System.arraycopy(plain, 0, twice, plain.length, plain.length);
    assertArrayEquals(twice, unpacked(slow(two)));
    two[two.length - 5] ^= 1;
    assertThrows(IOException.class, () -> unpacked(slow(two)));
  }

  @Test
  void cutAndDamagedStreamsAreErrors() throws IOException {
    byte[] plain = content(50_000);
    for (byte[] whole :
        new byte[][] {
          packed(plain, GZIPOutputStream::new),
          packed(plain, BZip2CompressorOutputStream::new),
          packed(plain, XZCompressorOutputStream::new),
          Zstd.compress(plain)
        }) {
      byte[] cut = Arrays.copyOf(whole, whole.length * 2 / 3);
      assertThrows(IOException.class, () -> unpacked(cut));
      Random random = new Random(7);
      for (int i = 0; i < 60; i++) {
        byte[] damaged = whole.clone();
        damaged[6 + random.nextInt(damaged.length - 6)] ^= (byte) (1 + random.nextInt(255));
        try {
          unpacked(damaged);
        } catch (IOException e) {
          // As it should be; a bit that nothing guards may also pass.
        }
      }
    }
  }

  @Test
  void onlyArchivesAreOpenedAsTar() throws IOException {
    byte[] tar = new Tars().file("a", "b").end();
    assertTrue(Compression.openTar(new ByteArrayInputStream(tar)).isPresent());
    byte[] gz = packed(tar, GZIPOutputStream::new);
    assertTrue(Compression.openTar(new ByteArrayInputStream(gz)).isPresent());
    byte[] text = packed(content(2000), GZIPOutputStream::new);
    assertTrue(Compression.openTar(new ByteArrayInputStream(text)).isEmpty());
    assertTrue(Compression.openTar(new ByteArrayInputStream(new byte[0])).isEmpty());
    assertTrue(Compression.openTar(new ByteArrayInputStream(new byte[1024])).isEmpty());
    byte[] broken = {0x1f, (byte) 0x8b, 1, 2, 3, 4};
    assertTrue(Compression.openTar(new ByteArrayInputStream(broken)).isEmpty());
  }

  @Test
  void parallelGzipDoesNotDependOnThreads() throws IOException {
    for (int size : new int[] {0, 1, (256 << 10) - 1, 256 << 10, 700_000, 3_000_001}) {
      byte[] plain = content(size);
      byte[] one = packed(plain, out -> new ParallelGzip(out, 6, 1));
      byte[] four = packed(plain, out -> new ParallelGzip(out, 6, 4));
      assertArrayEquals(one, four);
      assertArrayEquals(plain, new GZIPInputStream(new ByteArrayInputStream(one)).readAllBytes());
    }
  }
}
