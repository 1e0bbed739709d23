package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.OptionalLong;

/// Blobs as files `blobs/sha256/HEX` (image-spec `image-layout.md`).
public final class LocalBlobStore implements BlobStore {

  private final Path directory;
  private final TempSpace temp;

  /// @param blobs the `blobs` directory
  /// @param temp on the same file system; blobs are written there first
  public LocalBlobStore(Path blobs, TempSpace temp) {
    this.directory = blobs.resolve("sha256");
    this.temp = temp;
  }

  /// Where the blob is or would be.
  public Path path(Digest digest) {
    return directory.resolve(digest.hex());
  }

  @Override
  public OptionalLong size(Digest digest) throws IOException {
    try {
      return OptionalLong.of(Files.size(path(digest)));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    return new Verifying(Files.newInputStream(path(digest)), digest, path(digest));
  }

  @Override
  public Descriptor store(String mediaType, Optional<Descriptor> expected, Writer writer)
      throws IOException {
    Path file = temp.next("blob");
    try {
      MessageDigest state = Digest.sha256();
      long[] size = new long[1];
      try (OutputStream out = counted(file, state, size, expected)) {
        writer.write(out);
      }
      Digest digest = Digest.of(state);
      if (expected.isPresent()
          && (!expected.get().digest().equals(digest) || expected.get().size() != size[0])) {
        throw new IOException(
            "expected "
                + expected.get().digest()
                + " of "
                + expected.get().size()
                + " bytes, got "
                + digest
                + " of "
                + size[0]);
      }
      // Also when the blob is here: these bytes are checked, those may have been damaged since.
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.force(true);
      }
      AtomicFile.rename(file, path(digest));
      return Descriptor.of(mediaType, digest, size[0]);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static OutputStream counted(
      Path file, MessageDigest state, long[] size, Optional<Descriptor> expected)
      throws IOException {
    long limit = expected.map(Descriptor::size).orElse(Long.MAX_VALUE);
    return new FilterOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 17)) {
      @Override
      public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        size[0] += length;
        if (size[0] > limit) {
          throw new IOException("more than the expected " + limit + " bytes");
        }
        state.update(bytes, offset, length);
        out.write(bytes, offset, length);
      }
    };
  }

  /// Checks the digest when the end is reached; a damaged blob is dropped, so that the next look-up
  /// misses.
  private static final class Verifying extends FilterInputStream {
    private final MessageDigest state = Digest.sha256();
    private final Digest expected;
    private final Path path;
    private boolean checked;

    Verifying(InputStream in, Digest expected, Path path) {
      super(in);
      this.expected = expected;
      this.path = path;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int n = in.read(into, offset, length);
      if (n > 0) {
        state.update(into, offset, n);
      } else if (n < 0 && !checked) {
        checked = true;
        if (!Digest.of(state).equals(expected)) {
          Files.deleteIfExists(path);
          throw new IOException("blob " + expected + " is damaged and was dropped");
        }
      }
      return n;
    }

    @Override
    public long skip(long count) throws IOException {
      if (count <= 0) {
        return 0;
      }
      byte[] buffer = new byte[(int) Math.min(count, 1 << 16)];
      return Math.max(0, read(buffer, 0, buffer.length));
    }

    @Override
    public boolean markSupported() {
      return false;
    }
  }
}
