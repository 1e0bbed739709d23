package dev.jbuild.cache.remote;

import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.BlobMismatch;
import dev.jbuild.content.BlobStore;
import dev.jbuild.content.OciLayout;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageIndex;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.Manifest;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.OciJson;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A cache in a directory: an OCI image layout, whose manifest is the one [RegistryCache] would
/// push. Writers take turns by a file lock.
public final class DirectoryCache implements CacheStore {

  private static final Object ONE_AT_A_TIME = new Object();
  private static final byte[] MARKER =
      "{\"imageLayoutVersion\":\"1.0.0\"}".getBytes(StandardCharsets.US_ASCII);

  private final Path directory;
  private final String tag;
  private final Optional<Digest> digest;
  private final String mediaType;

  /// @param digest read this manifest instead of the one that has the tag
  /// @param mediaType of the document
  public DirectoryCache(Path directory, String tag, Optional<Digest> digest, String mediaType) {
    this.directory = directory;
    this.tag = tag;
    this.digest = digest;
    this.mediaType = mediaType;
  }

  @Override
  public String name() {
    return directory + ":" + tag;
  }

  @Override
  public Optional<Current> read() {
    OciLayout layout = new OciLayout(directory);
    Optional<Digest> manifest = digest.or(() -> layout.tagged(tag).map(Descriptor::digest));
    return manifest.map(m -> {
      Descriptor config = OciJson.readManifest(layout.blob(m)).config();
      return new Current(
          m.toString(),
          config.mediaType().equals(mediaType) ? List.of(layout.blob(config.digest())) : List.of());
    });
  }

  @Override
  public boolean replace(Optional<Current> seen, byte[] document, List<Descriptor> blobs) {
    try {
      Files.createDirectories(directory.resolve("blobs/sha256"));
      synchronized (ONE_AT_A_TIME) {
        try (FileChannel lock =
            FileChannel.open(
                directory.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          lock.lock();
          if (!read().map(Current::version).equals(seen.map(Current::version))) {
            return false;
          }
          put(document, blobs);
          return true;
        }
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private void put(byte[] document, List<Descriptor> blobs) throws IOException {
    Descriptor config = Descriptor.of(mediaType, Digest.of(document), document.length);
    AtomicFile.write(path(config.digest()), document);
    byte[] manifest =
        OciJson.writeManifest(new Manifest(MediaTypes.OCI_MANIFEST, config, blobs, Map.of()));
    AtomicFile.write(path(Digest.of(manifest)), manifest);
    Path index = directory.resolve("index.json");
    List<Descriptor> named =
        new ArrayList<>(
            Files.exists(index)
                ? OciJson.readIndex(Files.readAllBytes(index)).manifests()
                : List.of());
    named.removeIf(d -> tag.equals(d.annotations().get(OciLayout.REF_NAME)));
    named.add(
        Descriptor.of(MediaTypes.OCI_MANIFEST, Digest.of(manifest), manifest.length)
            .withAnnotations(Map.of(OciLayout.REF_NAME, tag)));
    AtomicFile.write(directory.resolve(OciLayout.MARKER), MARKER);
    AtomicFile.write(
        index, OciJson.writeIndex(new ImageIndex(MediaTypes.OCI_INDEX, named, Map.of())));
  }

  @Override
  public void send(Descriptor blob, Optional<ImageReference> from, Content content) {
    Path file = path(blob.digest());
    try {
      if (Files.exists(file) && Files.size(file) == blob.size()) {
        return;
      }
      Files.createDirectories(directory.resolve("blobs/sha256"));
      Path part = Files.createTempFile(directory.resolve("blobs/sha256"), ".tmp-", "");
      try (InputStream in = content.open();
          DigestInputStream checked = new DigestInputStream(in, Digest.sha256())) {
        write(checked, part);
        if (!Digest.of(checked.getMessageDigest()).equals(blob.digest())) {
          throw new IOException("blob " + blob.digest() + " changed while it was copied");
        }
        AtomicFile.rename(part, file);
      } finally {
        Files.deleteIfExists(part);
      }
    } catch (IOException e) {
      throw unwritable(e);
    }
  }

  private static void write(InputStream in, Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      in.transferTo(
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
              ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
              while (buffer.hasRemaining()) {
                channel.write(buffer);
              }
            }
          });
      channel.force(true);
    }
  }

  @Override
  public void fetch(Descriptor blob, BlobStore into) throws IOException {
    try (InputStream in = new OciLayout(directory).open(blob.digest())) {
      into.store(blob.mediaType(), Optional.of(blob), in::transferTo);
    } catch (BlobMismatch e) {
      drop(blob.digest());
      throw e;
    }
  }

  /// What is damaged gives way to what is sent next under its name.
  private void drop(Digest blob) {
    try {
      Files.deleteIfExists(path(blob));
    } catch (IOException e) {
      // Somebody else's directory, which is only read here.
    }
  }

  @Override
  public Optional<ImageReference> origin() {
    return Optional.empty();
  }

  private Path path(Digest blob) {
    return directory.resolve("blobs/sha256").resolve(blob.hex());
  }

  private Unavailable unwritable(IOException e) {
    return new Unavailable(
        Problem.error(
                "CacheNotWritten", "the cache directory " + directory + " cannot be written: " + e)
            .help("give a directory that you can write"),
        e);
  }
}
