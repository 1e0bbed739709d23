package dev.jbuild;

import dev.jbuild.content.BlobStore;
import dev.jbuild.content.ImageStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The images that this machine's jbuild has built and named.
public final class StoredImages {

  private final ImageStore images;
  private final BlobStore blobs;

  StoredImages(ImageStore images, BlobStore blobs) {
    this.images = images;
    this.blobs = blobs;
  }

  /// An image by name; the descriptor is of a manifest or of an index.
  public record Stored(ImageReference name, Descriptor descriptor) {}

  /// The documents of one platform's image, as they are stored.
  public record Documents(Digest digest, String manifest, String config) {}

  /// All, in the order they were named.
  public List<Stored> list() {
    try {
      return images.list().stream()
          .map(named -> new Stored(named.name(), named.descriptor()))
          .toList();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The image of this name. Throws [InvalidInput] when there is none.
  public Stored find(ImageReference name) {
    try {
      return images
          .find(name)
          .map(descriptor -> new Stored(name, descriptor))
          .orElseThrow(() ->
              new InvalidInput(
                  Problem.error("ImageNotFound", "no image is named " + name.familiar())
                      .help("`jbuild images` lists those that are there")));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// The manifests and configurations of an image, one for each platform asked for; no platform
  /// means all.
  public List<Documents> inspect(Stored image, Optional<Platform> platform) {
    try {
      List<Documents> found = new ArrayList<>();
      for (Descriptor manifest : manifests(image.descriptor())) {
        byte[] bytes = read(manifest.digest());
        Digest config = OciJson.readManifest(bytes).config().digest();
        if (platform.isEmpty()
            || manifest.platform().isEmpty()
            || platform.get().accepts(manifest.platform().get())) {
          found.add(new Documents(manifest.digest(), text(bytes), text(read(config))));
        }
      }
      return found;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private List<Descriptor> manifests(Descriptor root) throws IOException {
    return root.mediaType().equals(MediaTypes.OCI_INDEX)
        ? OciJson.readIndex(read(root.digest())).manifests()
        : List.of(root);
  }

  private byte[] read(Digest digest) throws IOException {
    try (InputStream in = blobs.open(digest)) {
      return in.readNBytes(OciJson.MAX_BYTES);
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Unavailable failed(IOException e) {
    return new Unavailable(
        Problem.error("InputOutputFailed", "cannot read the images: " + e.getMessage()), e);
  }
}
