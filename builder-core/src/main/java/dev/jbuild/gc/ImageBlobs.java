package dev.jbuild.gc;

import dev.jbuild.content.ImageStore;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.OciJson;
import dev.jbuild.problem.BuildException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Which blobs the named images are made of.
///
/// @param byImage hex digests by the name of the image
record ImageBlobs(Map<String, Set<String>> byImage) {

  static ImageBlobs read(StateDirectory state, ImageStore images) throws IOException {
    Map<String, Set<String>> found = new LinkedHashMap<>();
    for (ImageStore.Named image : images.list()) {
      Set<String> blobs = new HashSet<>();
      add(state, image.descriptor().digest(), blobs);
      found.put(image.name().familiar(), blobs);
    }
    return new ImageBlobs(found);
  }

  Set<String> all() {
    Set<String> all = new HashSet<>();
    byImage.values().forEach(all::addAll);
    return all;
  }

  private static void add(StateDirectory state, Digest root, Set<String> blobs) throws IOException {
    List<Digest> open = new ArrayList<>(List.of(root));
    while (!open.isEmpty()) {
      Digest digest = open.removeLast();
      if (!blobs.add(digest.hex())) {
        continue;
      }
      try {
        byte[] document = document(state, digest);
        if (OciJson.isIndex(document)) {
          OciJson.readIndex(document).manifests().stream()
              .map(Descriptor::digest)
              .forEach(open::add);
        } else {
          Manifest manifest = OciJson.readManifest(document);
          blobs.add(manifest.config().digest().hex());
          manifest.layers().forEach(layer -> blobs.add(layer.digest().hex()));
        }
      } catch (NoSuchFileException | BuildException e) {
        // An image whose documents are gone or damaged needs nothing any more.
      }
    }
  }

  private static byte[] document(StateDirectory state, Digest digest) throws IOException {
    Path file = state.blobs().resolve("sha256").resolve(digest.hex());
    return Files.size(file) > OciJson.MAX_BYTES ? new byte[0] : Files.readAllBytes(file);
  }
}
