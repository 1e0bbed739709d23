package dev.jbuild.archive;

import com.github.luben.zstd.ZstdInputStream;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.Optional;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/// The compressions of archives and layers, told apart by content.
public enum Compression {
  NONE,
  GZIP,
  BZIP2,
  XZ,
  ZSTD;

  private static final int MAGIC = 6;
  private static final int XZ_MEMORY_KIB = 128 << 10;
  private static final int ZSTD_WINDOW_LOG = 27;
  private static final int BUFFER = 1 << 16;

  /// What compression `head`, the first bytes of a stream, begins.
  static Compression of(byte[] head) {
    if (startsWith(head, 0x1f, 0x8b)) {
      return GZIP;
    }
    if (startsWith(head, 'B', 'Z', 'h')) {
      return BZIP2;
    }
    if (startsWith(head, 0xfd, '7', 'z', 'X', 'Z', 0)) {
      return XZ;
    }
    return startsWith(head, 0x28, 0xb5, 0x2f, 0xfd) ? ZSTD : NONE;
  }

  private static boolean startsWith(byte[] head, int... magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i >= head.length || (head[i] & 0xFF) != magic[i]) {
        return false;
      }
    }
    return true;
  }

  /// The plain bytes of a stream, whatever its compression. Memory is bounded whatever the stream
  /// asks for.
  public static InputStream decompress(InputStream raw) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw, BUFFER);
    in.mark(MAGIC);
    byte[] head = in.readNBytes(MAGIC);
    in.reset();
    return switch (of(head)) {
      case NONE -> in;
      // The JDK's stops after the first member where `available` says 0, and takes damage in a
      // later
      // one for the end.
      case GZIP ->
          GzipCompressorInputStream.builder()
              .setInputStream(in)
              .setBufferSize(BUFFER)
              .setDecompressConcatenated(true)
              .get();
      case BZIP2 -> new BZip2CompressorInputStream(in, true);
      case XZ ->
          XZCompressorInputStream.builder()
              .setInputStream(in)
              .setDecompressConcatenated(true)
              .setMemoryLimitKiB(XZ_MEMORY_KIB)
              .get();
      case ZSTD -> new ZstdInputStream(in).setLongMax(ZSTD_WINDOW_LOG);
    };
  }

  /// The plain bytes of a tar archive, or empty when `raw` is none, compressed or not. The caller
  /// closes `raw`.
  public static Optional<InputStream> openTar(InputStream raw) {
    try {
      InputStream plain = decompress(raw);
      byte[] head = plain.readNBytes(TarWriter.BLOCK);
      if (head.length < TarWriter.BLOCK || !TarHeader.isHeader(head)) {
        return Optional.empty();
      }
      return Optional.of(new SequenceInputStream(new ByteArrayInputStream(head), plain));
    } catch (IOException e) {
      // Not what its first bytes promise: an ordinary file, not an archive.
      return Optional.empty();
    }
  }
}
