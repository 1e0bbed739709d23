package dev.jbuild.content;

import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// An OCI image layout on disk, for reading (image-spec `image-layout.md`). Its content is
/// untrusted.
public final class OciLayout {

  /// The file that makes a directory a layout.
  public static final String MARKER = "oci-layout";

  public static final String REF_NAME = "org.opencontainers.image.ref.name";
  public static final String IMAGE_NAME = "io.containerd.image.name";

  private static final int MAX_NESTING = 4;
  private static final int MAX_INDEXES = 1000;

  private final Path directory;

  public OciLayout(Path directory) {
    this.directory = directory;
  }

  /// The manifest that `selector` names: empty for the only image, `:TAG`, `@DIGEST`, or a tag and
  /// a digest.
  ///
  /// An index leads to the manifest for `platform`. Throws [InvalidInput] when there is none.
  public Descriptor find(String selector, Platform platform) {
    int at = selector.indexOf('@');
    String tag = (at < 0 ? selector : selector.substring(0, at)).replaceFirst("^:", "");
    ImageIndex index = OciJson.readIndex(file(directory.resolve("index.json")));
    List<Descriptor> candidates =
        at >= 0
            ? List.of(byDigest(index, Digest.parse(selector.substring(at + 1))))
            : byTag(index, tag);
    return choose(candidates, platform)
        .orElseThrow(() ->
            new InvalidInput(
                Problem.error(
                    "ImageNotFound",
                    "the OCI layout "
                        + directory
                        + " has no image"
                        + (selector.isEmpty() ? "" : " " + selector)
                        + " for "
                        + platform)));
  }

  /// What a tag names, manifest or index; empty when the directory has no such tag or is none.
  public Optional<Descriptor> tagged(String tag) {
    Path index = directory.resolve("index.json");
    return Files.exists(index)
        ? byTag(OciJson.readIndex(file(index)), tag).stream().findFirst()
        : Optional.empty();
  }

  private Descriptor byDigest(ImageIndex index, Digest digest) {
    return index.manifests().stream()
        .filter(m -> m.digest().equals(digest))
        .findFirst()
        .orElseGet(() -> {
          byte[] bytes = blob(digest);
          boolean nested = OciJson.isIndex(bytes);
          return Descriptor.of(
              nested ? MediaTypes.OCI_INDEX : MediaTypes.OCI_MANIFEST, digest, bytes.length);
        });
  }

  private static List<Descriptor> byTag(ImageIndex index, String tag) {
    if (tag.isEmpty()) {
      return index.manifests();
    }
    return index.manifests().stream()
        .filter(m -> {
          String name = m.annotations().getOrDefault(REF_NAME, "");
          return name.equals(tag) || name.endsWith(":" + tag);
        })
        .toList();
  }

  /// The manifest for a platform; the only one there is, whatever its platform.
  private Optional<Descriptor> choose(List<Descriptor> candidates, Platform platform) {
    Map<Digest, Descriptor> manifests = new LinkedHashMap<>();
    collect(candidates, 0, new HashSet<>(), manifests);
    Optional<Descriptor> exact =
        manifests.values().stream()
            .filter(m -> m.platform().filter(platform::accepts).isPresent())
            .findFirst();
    return exact.isPresent() || manifests.size() != 1
        ? exact
        : manifests.values().stream().findFirst();
  }

  /// Finds manifests, reading each index once however often it is named.
  private void collect(
      List<Descriptor> candidates, int depth, Set<Digest> seen, Map<Digest, Descriptor> found) {
    for (Descriptor candidate : candidates) {
      if (candidate.annotations().containsKey("vnd.docker.reference.type")) {
        continue;
      }
      if (MediaTypes.isManifest(candidate.mediaType())) {
        found.putIfAbsent(candidate.digest(), candidate);
      } else if (MediaTypes.isIndex(candidate.mediaType())
          && depth < MAX_NESTING
          && seen.size() < MAX_INDEXES
          && seen.add(candidate.digest())) {
        ImageIndex nested = OciJson.readIndex(blob(candidate.digest()));
        collect(nested.manifests(), depth + 1, seen, found);
      }
    }
  }

  /// A small document of the layout, checked against its digest.
  public byte[] blob(Digest digest) {
    byte[] bytes = file(path(digest));
    if (!Digest.of(bytes).equals(digest)) {
      throw new InvalidInput(
          Problem.error("DamagedLayout", "blob " + digest + " of " + directory + " is damaged"));
    }
    return bytes;
  }

  /// A blob's bytes, unchecked: whoever stores them checks.
  public InputStream open(Digest digest) throws IOException {
    Path file = path(digest);
    if (Files.exists(file) && !Files.isRegularFile(file)) {
      throw new IOException(file + " is no regular file");
    }
    return Files.newInputStream(file);
  }

  private Path path(Digest digest) {
    return directory.resolve("blobs/sha256").resolve(digest.hex());
  }

  private byte[] file(Path file) {
    try {
      // A device or a pipe would be read for ever.
      if (Files.exists(file) && !Files.isRegularFile(file)) {
        throw new InvalidInput(Problem.error("DamagedLayout", file + " is no regular file"));
      }
      if (Files.size(file) > OciJson.MAX_BYTES) {
        throw new InvalidInput(Problem.error("DamagedLayout", file + " is unreasonably large"));
      }
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new InvalidInput(
          Problem.error(
              "NotALayout",
              directory + " is no OCI image layout: no " + directory.relativize(file)));
    } catch (IOException e) {
      throw new InvalidInput(
          Problem.error("NotALayout", "cannot read " + file + ": " + e.getMessage()));
    }
  }

  /// The annotations that name an image in a layout's index.
  public static java.util.Map<String, String> names(ImageReference reference) {
    return java.util.Map.of(REF_NAME, reference.tagOrLatest(), IMAGE_NAME, reference.toString());
  }
}
