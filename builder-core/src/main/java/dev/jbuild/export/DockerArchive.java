package dev.jbuild.export;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.archive.TarWriter;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// The archive format of `docker save`: `manifest.json`, configurations and layers.
final class DockerArchive {

  private static final ObjectMapper JSON = new ObjectMapper();

  private DockerArchive() {}

  static void write(
      AssembledImage image, List<ImageReference> names, BlobStore blobs, OutputStream out)
      throws IOException {
    if (image.images().size() > 1) {
      throw new InvalidInput(
          Problem.error(
                  "SeveralPlatforms",
                  "a docker archive holds one platform, and the build made several")
              .help("choose one with --platform, or write an OCI layout with type=oci"));
    }
    TarWriter tar = new TarWriter(out);
    TarFiles files = new TarFiles(tar);
    ArrayNode manifest = JSON.createArrayNode();
    Set<Digest> written = new HashSet<>();
    for (AssembledImage.Single single : image.images()) {
      ObjectNode entry = manifest.addObject();
      String config = single.configDescriptor().digest().hex() + ".json";
      files.put(config, single.config());
      entry.put("Config", config);
      ArrayNode tags = entry.putArray("RepoTags");
      names.forEach(name -> tags.add(name.familiar()));
      ArrayNode layers = entry.putArray("Layers");
      for (BuiltImage.BuiltLayer layer : single.image().layers()) {
        layer.materialize();
        Descriptor blob = layer.descriptor();
        String path = blob.digest().hex() + ".tar.gz";
        layers.add(path);
        if (written.add(blob.digest())) {
          try (InputStream in = blobs.open(blob.digest())) {
            files.put(path, in, blob.size());
          }
        }
      }
    }
    files.put("manifest.json", JSON.writeValueAsBytes(manifest));
    tar.end();
  }
}
