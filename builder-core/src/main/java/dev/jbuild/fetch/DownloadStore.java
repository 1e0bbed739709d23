package dev.jbuild.fetch;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.content.AtomicFile;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.BuildException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;

/// Downloads that are kept: bytes by their digest, and for each URL what was last found there. What
/// is kept is believed only after its digest was computed again. What was found is in use until
/// this process ends, so that no prune takes it away. Safe for several threads.
final class DownloadStore {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final TempSpace temp;
  private final StateCare care;

  DownloadStore(FetchStore store) {
    this.directory = store.downloads();
    this.temp = store.temp();
    this.care = store.care();
  }

  /// What was last found at a URL.
  ///
  /// @param etag empty when the server gave none
  /// @param modified the text of the Last-Modified header, or empty
  record Entry(
      Digest digest, long size, String etag, String modified, Optional<Instant> lastModified) {}

  Optional<Entry> find(String url) {
    try {
      JsonNode node = JSON.readTree(Files.readAllBytes(meta(url)));
      Entry entry =
          new Entry(
              Digest.parse(node.path("digest").asText()),
              node.path("size").asLong(-1),
              node.path("etag").asText(),
              node.path("modified").asText(),
              node.has("time")
                  ? Optional.of(Instant.ofEpochSecond(node.get("time").asLong()))
                  : Optional.empty());
      return intact(entry) ? Optional.of(entry) : Optional.empty();
    } catch (IOException | BuildException e) {
      return Optional.empty();
    }
  }

  private boolean intact(Entry entry) throws IOException {
    Path file = file(entry.digest());
    use(entry.digest());
    if (!Files.isRegularFile(file) || Files.size(file) != entry.size()) {
      return false;
    }
    MessageDigest state = Digest.sha256();
    try (InputStream in = Files.newInputStream(file)) {
      byte[] buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        state.update(buffer, 0, n);
      }
    }
    return Digest.of(state).equals(entry.digest());
  }

  /// Nobody is to remove it while this build goes on.
  private void use(Digest digest) throws IOException {
    care.use("downloads/" + digest.hex());
  }

  Path file(Digest digest) {
    return directory.resolve(digest.hex());
  }

  /// A place to download to.
  Path partial() {
    return temp.next("download");
  }

  /// Keeps what was downloaded to `partial`.
  void keep(String url, Path partial, Entry entry) throws IOException {
    Files.createDirectories(directory);
    use(entry.digest());
    AtomicFile.rename(partial, file(entry.digest()));
    ObjectNode node = JSON.createObjectNode();
    node.put("digest", entry.digest().toString());
    node.put("size", entry.size());
    node.put("etag", entry.etag());
    node.put("modified", entry.modified());
    entry.lastModified().ifPresent(t -> node.put("time", t.getEpochSecond()));
    AtomicFile.write(meta(url), JSON.writeValueAsBytes(node));
  }

  private Path meta(String url) {
    return directory.resolve(Digest.ofUtf8(url).hex() + ".json");
  }
}
