package dev.jbuild.registry;

import dev.jbuild.content.BlobMismatch;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Blobs that end with the test.
public final class MemoryStore implements BlobStore {

  private final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();

  @Override
  public OptionalLong size(Digest digest) {
    byte[] blob = blobs.get(digest);
    return blob == null ? OptionalLong.empty() : OptionalLong.of(blob.length);
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    byte[] blob = blobs.get(digest);
    if (blob == null) {
      throw new IOException("no blob " + digest);
    }
    return new ByteArrayInputStream(blob);
  }

  @Override
  public Descriptor store(String mediaType, Optional<Descriptor> expected, Writer writer)
      throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    writer.write(out);
    byte[] bytes = out.toByteArray();
    Descriptor stored = Descriptor.of(mediaType, Digest.of(bytes), bytes.length);
    if (expected.filter(e -> !e.digest().equals(stored.digest())).isPresent()) {
      throw new BlobMismatch("other bytes than expected");
    }
    blobs.put(stored.digest(), bytes);
    return stored;
  }
}
