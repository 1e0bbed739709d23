package dev.jbuild.cache.remote;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.registry.MemoryStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteLayersTest {

  private static final int MB = 1 << 20;

  /// A cache offers a layer of zeros, with the right digests.
  private static void fetch(Path directory, int megabytes) throws IOException {
    MessageDigest plain = Digest.sha256();
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] zeros = new byte[MB];
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      for (int i = 0; i < megabytes; i++) {
        plain.update(zeros);
        gzip.write(zeros);
      }
    }
    byte[] bytes = out.toByteArray();
    Descriptor blob = Descriptor.of(MediaTypes.OCI_LAYER_GZIP, Digest.of(bytes), bytes.length);
    Digest diffId = Digest.of(plain);
    CacheStore store =
        new DirectoryCache(directory, "latest", Optional.empty(), DocumentJson.MEDIA_TYPE);
    store.send(blob, Optional.empty(), () -> new ByteArrayInputStream(bytes));
    RemoteLayers layers = new RemoteLayers();
    layers.offer(new StoredLayer(diffId, Optional.of(blob)), store);
    layers.fetch(diffId, new MemoryStore());
  }

  @Test
  void aLayerThatUnpacksToFarMoreThanItsSizeIsRefused(@TempDir Path directory) throws IOException {
    fetch(directory, 500);
    LayerLost lost = assertThrows(LayerLost.class, () -> fetch(directory, 520));
    assertTrue(String.valueOf(lost.getMessage()).contains("unpacks to more than 512 MB"));
  }
}
