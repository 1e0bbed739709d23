package dev.jbuild.fetch;

import dev.jbuild.event.EventSink;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.registry.EnvironmentProxies;
import dev.jbuild.registry.TrustAnchors;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Downloads files over http and https. What a server still has unchanged is not sent again. Safe
/// for several threads; the owner closes it.
final class HttpFetch implements AutoCloseable {

  private static final int MAX_REDIRECTS = 10;
  private static final int ATTEMPTS = 4;
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final DownloadStore store;
  private final AddressPolicy policy;
  private final SourceCredentials credentials;
  private final long maxBytes;
  private final EventSink events;
  private @Nullable HttpClient client;

  /// @param maxBytes of one download
  HttpFetch(
      DownloadStore store,
      AddressPolicy policy,
      SourceCredentials credentials,
      long maxBytes,
      EventSink events) {
    this.store = store;
    this.policy = policy;
    this.maxBytes = maxBytes;
    this.credentials = credentials;
    this.events = events;
  }

  /// Throws [InvalidInput] for a URL that cannot be downloaded from or whose content is another
  /// than the checksum says, [Unavailable] when the server does not answer.
  Download fetch(SourceSpec.Http source) {
    Optional<DownloadStore.Entry> known = store.find(source.url());
    Optional<Digest> wanted = source.checksum().map(Digest::parse);
    if (known.isPresent() && wanted.isPresent() && known.get().digest().equals(wanted.get())) {
      return download(source, known.get());
    }
    for (int attempt = 1; ; attempt++) {
      try {
        DownloadStore.Entry entry = once(source.url(), known);
        if (wanted.isPresent() && !entry.digest().equals(wanted.get())) {
          throw new InvalidInput(
              Problem.error(
                  "ChecksumMismatch",
                  "digest mismatch for "
                      + AddressPolicy.shown(source.url())
                      + ": expected "
                      + wanted.get()
                      + ", got "
                      + entry.digest()));
        }
        return download(source, entry);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Canceled();
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw failed(source.url(), e);
        }
        pause(attempt);
      }
    }
  }

  private static void pause(int attempt) {
    try {
      TimeUnit.MILLISECONDS.sleep(250L << attempt);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }

  private Download download(SourceSpec.Http source, DownloadStore.Entry entry) {
    return new Download(
        store.file(entry.digest()),
        source.fileName(),
        entry.digest(),
        entry.size(),
        entry.lastModified());
  }

  private DownloadStore.Entry once(String url, Optional<DownloadStore.Entry> known)
      throws IOException, InterruptedException {
    HttpResponse<InputStream> response = follow(policy.check(url), known);
    try (InputStream body = response.body()) {
      int status = response.statusCode();
      if (status == 304 && known.isPresent()) {
        return known.get();
      }
      if (status == 429 || status >= 500) {
        throw new IOException("response status " + status);
      }
      if (status != 200) {
        throw new InvalidInput(
            Problem.error(
                    "DownloadRefused",
                    AddressPolicy.shown(url) + ": invalid response status " + status)
                .help(status == 404 ? "is the address right?" : "does it want credentials?"));
      }
      return receive(url, response, body);
    }
  }

  private DownloadStore.Entry receive(
      String url, HttpResponse<InputStream> response, InputStream body) throws IOException {
    long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    Path partial = store.partial();
    try {
      Digest digest =
          new Reception(events, AddressPolicy.shown(url), length, maxBytes).to(partial, body);
      Optional<String> modified = response.headers().firstValue("Last-Modified");
      DownloadStore.Entry entry =
          new DownloadStore.Entry(
              digest,
              Files.size(partial),
              response.headers().firstValue("ETag").orElse(""),
              modified.orElse(""),
              modified.flatMap(HttpFetch::time));
      store.keep(url, partial, entry);
      return entry;
    } finally {
      Files.deleteIfExists(partial);
    }
  }

  private static Optional<Instant> time(String header) {
    try {
      return Optional.of(
          ZonedDateTime.parse(header, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }

  /// Credentials go to the first origin only; from https no redirect leads to http.
  private HttpResponse<InputStream> follow(URI first, Optional<DownloadStore.Entry> known)
      throws IOException, InterruptedException {
    URI uri = first;
    for (int i = 0; i <= MAX_REDIRECTS; i++) {
      HttpResponse<InputStream> response =
          client().send(request(uri, first, known), HttpResponse.BodyHandlers.ofInputStream());
      Optional<String> location = response.headers().firstValue("Location");
      int status = response.statusCode();
      if (status < 300 || status == 304 || status >= 400 || location.isEmpty()) {
        return response;
      }
      response.body().close();
      URI next = policy.check(uri.resolve(location.get()));
      if (uri.getScheme().equalsIgnoreCase("https") && next.getScheme().equalsIgnoreCase("http")) {
        throw new InvalidInput(
            Problem.error(
                "RedirectRefused",
                AddressPolicy.shown(first.toString()) + " redirects from https to plain http"));
      }
      uri = next;
    }
    throw new InvalidInput(
        Problem.error(
            "RedirectRefused",
            AddressPolicy.shown(first.toString()) + " redirects more than 10 times"));
  }

  private HttpRequest request(URI uri, URI first, Optional<DownloadStore.Entry> known) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(bare(uri)).timeout(PATIENCE).header("User-Agent", "jbuild");
    known
        .filter(k -> !k.etag().isEmpty())
        .ifPresent(k -> request.header("If-None-Match", k.etag()));
    known
        .filter(k -> !k.modified().isEmpty())
        .ifPresent(k -> request.header("If-Modified-Since", k.modified()));
    if (origin(uri).equals(origin(first))) {
      Optional<String> authorization = credentials.http(first);
      if (authorization.isPresent()) {
        AddressPolicy.refuseInTheClear(first);
        request.header("Authorization", authorization.get());
      }
    }
    return request.GET().build();
  }

  private static String origin(URI uri) {
    int port = uri.getPort() >= 0 ? uri.getPort() : uri.getScheme().endsWith("s") ? 443 : 80;
    return uri.getScheme() + "://" + uri.getHost() + ":" + port;
  }

  private static URI bare(URI uri) {
    String text = uri.toString();
    int fragment = text.indexOf('#');
    String rest = fragment < 0 ? text : text.substring(0, fragment);
    return URI.create(uri.getRawUserInfo() == null ? rest : rest.replaceFirst("//[^/?#]*@", "//"));
  }

  private synchronized HttpClient client() {
    HttpClient known = client;
    if (known == null) {
      known =
          HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NEVER)
              .connectTimeout(PATIENCE)
              .proxy(EnvironmentProxies.INSTANCE)
              .sslContext(TrustAnchors.ofMachine())
              .build();
      client = known;
    }
    return known;
  }

  private static Unavailable failed(String url, IOException e) {
    String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    return new Unavailable(
        Problem.error("DownloadFailed", AddressPolicy.shown(url) + ": " + why)
            .help("is the server reachable from here? " + ATTEMPTS + " attempts were made"),
        e);
  }

  @Override
  public synchronized void close() {
    if (client != null) {
      // A selector thread left in the kernel delays the end of the JVM.
      client.shutdownNow();
    }
  }
}
