package dev.jbuild.cache.remote;

import dev.jbuild.cache.github.TokenScopes;
import dev.jbuild.cache.github.WorkflowCache;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// A cache in that of a repository on GitHub. Entries there never change: each document is a new
/// one, numbered, and who does not get the next number has lost the race. There is a document for
/// each ref; those of all refs that a job may see are read, and the job's own one is written.
public final class GithubCache implements CacheStore {

  /// Entries of other versions are of another form.
  public static final String VERSION = Digest.ofUtf8("jbuild cache 1").hex();

  private static final int FETCHES = 3;

  /// So often somebody may be in the way under the same number before it is passed over: a job that
  /// was killed holds it for hours.
  private static final int PATIENCE = 4;

  private static final int LONGEST_SCOPE = 100;

  private final Supplier<WorkflowCache> connect;
  private final String scope;
  private int refused;

  /// @param connect called for each request; throws when there is no such cache
  /// @param scope tells caches of one repository apart
  public GithubCache(Supplier<WorkflowCache> connect, String scope) {
    this.connect = connect;
    this.scope = scope;
  }

  @Override
  public String name() {
    return "gha:" + scope;
  }

  /// What keys of documents begin with.
  private String start(String ref) {
    String shown = scope.replaceAll("[^A-Za-z0-9._-]", "_");
    return "jbuild-index-"
        + shown.substring(0, Math.min(LONGEST_SCOPE, shown.length()))
        + "-"
        + Digest.ofUtf8(scope.length() + " " + scope + " " + ref).shortHex()
        + "#";
  }

  private static String key(Descriptor blob) {
    return "jbuild-blob-" + blob.digest().hex();
  }

  @Override
  public Optional<Current> read() {
    WorkflowCache cache = connect.get();
    TokenScopes scopes = cache.scopes();
    List<byte[]> documents = new ArrayList<>();
    List<String> others = new ArrayList<>(scopes.readable());
    scopes.writable().ifPresent(others::remove);
    // Of two that know a step the later is believed: our own.
    for (String ref : others.reversed()) {
      cache.findNewest(start(ref)).ifPresent(entry -> documents.add(bytes(cache, entry)));
    }
    Optional<WorkflowCache.Entry> own =
        scopes.writable().flatMap(ref -> cache.findNewest(start(ref)));
    own.ifPresent(entry -> documents.add(bytes(cache, entry)));
    return documents.isEmpty()
        ? Optional.empty()
        : Optional.of(new Current("" + own.map(e -> number(e.key())).orElse(0L), documents));
  }

  private static long number(String key) {
    String text = key.substring(key.lastIndexOf('#') + 1);
    return text.matches("\\d{1,15}") ? Long.parseLong(text) : 0;
  }

  private byte[] bytes(WorkflowCache cache, WorkflowCache.Entry entry) {
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      cache.copy(entry, DocumentJson.MAX_BYTES, out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new Unavailable(
          Problem.error("WorkflowCacheUnavailable", name() + ": " + e.getMessage())
              .help("run the job again, or see githubstatus.com"),
          e);
    }
  }

  @Override
  public synchronized boolean replace(
      Optional<Current> seen, byte[] document, List<Descriptor> blobs) {
    WorkflowCache cache = connect.get();
    String start =
        start(
            cache
                .scopes()
                .writable()
                .orElseThrow(() ->
                    new AuthenticationFailed(
                        Problem.error("WorkflowCacheRefused", name() + ": the job may only read")
                            .help("give --cache-to to jobs that may write"))));
    long before = seen.map(s -> Long.parseLong(s.version())).orElse(0L);
    String key = start + (before + 1 + refused / PATIENCE);
    if (!cache.put(key, document.length, () -> new ByteArrayInputStream(document))) {
      refused++;
      return false;
    }
    return cache.findNewest(start).filter(now -> now.key().equals(key)).isPresent();
  }

  @Override
  public void send(Descriptor blob, Optional<ImageReference> from, Content content) {
    WorkflowCache cache = connect.get();
    if (cache.find(key(blob)).isPresent()) {
      return;
    }
    // A key that is reserved and not finished stays taken for hours: the bytes must be at hand.
    try (InputStream _ = content.open()) {
      // Where another job is just sending it, that is as good.
      var _ = cache.put(key(blob), blob.size(), content::open);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void fetch(Descriptor blob, BlobStore into) throws IOException {
    WorkflowCache cache = connect.get();
    for (int attempt = 1; ; attempt++) {
      WorkflowCache.Entry entry =
          cache.find(key(blob)).orElseThrow(() -> new IOException(key(blob) + " is not there"));
      try {
        into.store(blob.mediaType(), Optional.of(blob), out -> cache.copy(entry, blob.size(), out));
        return;
      } catch (IOException e) {
        if (attempt == FETCHES) {
          throw e;
        }
      }
    }
  }

  @Override
  public Optional<ImageReference> origin() {
    return Optional.empty();
  }

  @Override
  public boolean keepsBlobs() {
    return false;
  }
}
