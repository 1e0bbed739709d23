package dev.jbuild.cachemount;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.jbuild.cache.remote.CacheStore;
import dev.jbuild.content.BlobMismatch;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/// Compresses the bytes of a chunk, and brings them here again, checked.
final class ChunkBytes {

  private static final int LEVEL = 3;

  private ChunkBytes() {}

  static byte[] compress(byte[] plain) {
    return Zstd.compress(plain, LEVEL);
  }

  /// The bytes of a chunk. Throws [IOException] when they are not those that it says, and a
  /// `BuildException` when they cannot be had.
  static byte[] fetch(CacheStore store, ChunkRef chunk) throws IOException {
    Received received = new Received();
    store.fetch(chunk.blob(), received);
    byte[] plain = new byte[chunk.size()];
    try {
      long n =
          Zstd.decompressByteArray(
              plain, 0, plain.length, received.bytes, 0, received.bytes.length);
      if (n != plain.length || !Digest.of(plain).equals(chunk.plain())) {
        throw new IOException("chunk " + chunk.plain() + " is damaged");
      }
    } catch (ZstdException e) {
      throw new IOException("chunk " + chunk.plain() + " is damaged: " + e.getMessage(), e);
    }
    return plain;
  }

  /// Holds the one blob that is fetched.
  private static final class Received implements BlobStore {
    private byte[] bytes = new byte[0];

    @Override
    public OptionalLong size(Digest digest) {
      return OptionalLong.empty();
    }

    @Override
    public InputStream open(Digest digest) throws IOException {
      throw new IOException("not here: " + digest);
    }

    @Override
    public Descriptor store(String mediaType, Optional<Descriptor> expected, Writer writer)
        throws IOException {
      Descriptor blob = expected.orElseThrow(() -> new IOException("a blob without a size"));
      ByteArrayOutputStream out =
          new ByteArrayOutputStream((int) blob.size()) {
            @Override
            public synchronized void write(byte[] b, int offset, int length) {
              if (length > blob.size() - count) {
                throw new java.io.UncheckedIOException(
                    new BlobMismatch("blob " + blob.digest() + " is too large"));
              }
              super.write(b, offset, length);
            }
          };
      try {
        writer.write(out);
      } catch (java.io.UncheckedIOException e) {
        throw e.getCause();
      }
      bytes = out.toByteArray();
      if (bytes.length != blob.size() || !Digest.of(bytes).equals(blob.digest())) {
        throw new BlobMismatch("blob " + blob.digest() + " is damaged");
      }
      return blob;
    }
  }
}
