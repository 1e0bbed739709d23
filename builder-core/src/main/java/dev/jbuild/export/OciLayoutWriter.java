package dev.jbuild.export;

import dev.jbuild.content.BlobStore;
import dev.jbuild.content.OciLayout;
import dev.jbuild.export.BuiltImage.BuiltLayer;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes an image as an OCI image layout (image-spec `image-layout.md`) into anything that holds
/// files.
public final class OciLayoutWriter {

  private OciLayoutWriter() {}

  /// Takes files by their path; nothing is given twice.
  public interface Files {
    void put(String path, byte[] content) throws IOException;

    void put(String path, InputStream content, long size) throws IOException;
  }

  /// @param names what the image is called in the layout's index; may be empty
  public static void write(
      AssembledImage image, List<ImageReference> names, BlobStore blobs, Files files)
      throws IOException {
    files.put(
        "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII));
    List<Descriptor> roots = new ArrayList<>();
    for (ImageReference name : names) {
      roots.add(image.root().withAnnotations(OciLayout.names(name)));
    }
    if (roots.isEmpty()) {
      roots.add(image.root());
    }
    Set<Digest> written = new HashSet<>();
    for (AssembledImage.Single single : image.images()) {
      for (BuiltLayer layer : single.image().layers()) {
        layer.materialize();
        Descriptor blob = layer.descriptor();
        if (written.add(blob.digest())) {
          try (InputStream in = blobs.open(blob.digest())) {
            files.put(path(blob.digest()), in, blob.size());
          }
        }
      }
      document(single.config(), written, files);
      document(single.manifest(), written, files);
    }
    if (image.index().isPresent()) {
      document(image.index().get(), written, files);
    }
    // Last, so that what it names is there.
    files.put(
        "index.json", OciJson.writeIndex(new ImageIndex(MediaTypes.OCI_INDEX, roots, Map.of())));
  }

  private static void document(byte[] bytes, Set<Digest> written, Files files) throws IOException {
    Digest digest = Digest.of(bytes);
    if (written.add(digest)) {
      files.put(path(digest), bytes);
    }
  }

  static String path(Digest digest) {
    return "blobs/sha256/" + digest.hex();
  }
}
