package dev.jbuild.registry;

import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Optional;
import java.util.OptionalLong;

/// A store on a full disk.
///
/// @param before whether it notices before the first byte came
record FullStore(boolean before) implements BlobStore {

  @Override
  public OptionalLong size(Digest digest) {
    return OptionalLong.empty();
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    throw new IOException("not here");
  }

  @Override
  public Descriptor store(String mediaType, Optional<Descriptor> expected, Writer writer)
      throws IOException {
    if (before) {
      throw full();
    }
    writer.write(
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw full();
          }
        });
    throw new AssertionError("written");
  }

  private static IOException full() {
    return new IOException("No space left on device");
  }
}
