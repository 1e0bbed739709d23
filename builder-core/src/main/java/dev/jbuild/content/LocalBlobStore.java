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
  private final StateCare care;

  /// @param blobs the `blobs` directory
  /// @param temp on the same file system; blobs are written there first
  public LocalBlobStore(Path blobs, TempSpace temp, StateCare care) {
    this.directory = blobs.resolve("sha256");
    this.temp = temp;
    this.care = care;
  }

  /// Where the blob is or would be.
  public Path path(Digest digest) {
    return directory.resolve(digest.hex());
  }

  /// Reads the blob if it has changed since it was last read whole; drops a damaged one.
  @Override
  public OptionalLong size(Digest digest) throws IOException {
    care.use("blobs/" + digest.hex());
    Path file = path(digest);
    try {
      if (!care.isKnown(file, digest)) {
        if (!isWhole(file, digest)) {
          drop(digest);
          return OptionalLong.empty();
        }
        care.known(file, digest);
      }
      return OptionalLong.of(Files.size(file));
    } catch (NoSuchFileException e) {
      return OptionalLong.empty();
    }
  }

  private static boolean isWhole(Path file, Digest digest) throws IOException {
    MessageDigest state = Digest.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 17];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        state.update(buffer, 0, n);
      }
    }
    return Digest.of(state).equals(digest);
  }

  private void drop(Digest digest) throws IOException {
    Files.deleteIfExists(path(digest));
    care.damage().dropped("blob " + digest);
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    care.use("blobs/" + digest.hex());
    return new Verifying(Files.newInputStream(path(digest)), digest);
  }

  @Override
  public Descriptor store(String mediaType, Optional<Descriptor> expected, Writer writer)
      throws IOException {
    care.beforeWriting();
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
        throw new BlobMismatch(
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
      care.use("blobs/" + digest.hex());
      AtomicFile.rename(file, path(digest));
      care.known(path(digest), digest);
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
          throw new BlobMismatch("more than the expected " + limit + " bytes");
        }
        state.update(bytes, offset, length);
        out.write(bytes, offset, length);
      }
    };
  }

  /// Checks the digest when the end is reached; a damaged blob is dropped, so that the next look-up
  /// misses.
  private final class Verifying extends FilterInputStream {
    private final MessageDigest state = Digest.sha256();
    private final Digest expected;
    private boolean checked;

    Verifying(InputStream in, Digest expected) {
      super(in);
      this.expected = expected;
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
          drop(expected);
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
