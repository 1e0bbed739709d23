package dev.jbuild.registry;

import dev.jbuild.content.BlobMismatch;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;

/// Stores what a registry sends, and tells the registry's failures from those of the disk: after
/// the former another endpoint may do better, after the latter none will.
final class BlobReception {

  private BlobReception() {}

  /// Throws [IOException] when the sender fails or lies, [UncheckedIOException] when `into` cannot
  /// store.
  static Descriptor store(BlobStore into, Descriptor blob, BlobStore.Writer sender)
      throws IOException {
    try {
      return into.store(
          blob.mediaType(),
          Optional.of(blob),
          out -> {
            try {
              sender.write(out);
            } catch (IOException e) {
              throw new NotReceived(e);
            }
          });
    } catch (NotReceived e) {
      throw e.reason;
    } catch (BlobMismatch e) {
      throw e;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class NotReceived extends IOException {
    private static final long serialVersionUID = 1;
    private final IOException reason;

    NotReceived(IOException reason) {
      super(reason);
      this.reason = reason;
    }
  }
}
