package dev.jbuild.fetch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.jbuild.content.TempSpace;
import dev.jbuild.oci.Digest;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Downloads from servers that do as they like.
class HttpFetchTest {

  private static final String MODIFIED = "Wed, 21 Oct 2015 07:28:00 GMT";

  @TempDir Path directory;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> seen = Collections.synchronizedList(new ArrayList<>());
  private TempSpace temp;

  @BeforeEach
  void open() throws IOException {
    temp = TempSpace.open(Files.createDirectory(directory.resolve("tmp")), TreeRemover::remove);
  }

  @AfterEach
  void close() throws IOException {
    servers.forEach(s -> s.stop(0));
    temp.close();
  }

  private String serve(HttpHandler handler) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          seen.add(
              exchange.getRequestURI()
                  + " "
                  + Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                      .orElse("-"));
          handler.handle(exchange);
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  private long maxBytes = FetchOptions.MAX_BYTES;

  private Download fetch(String url) {
    return fetch(url, Optional.empty(), Map.of());
  }

  private Download fetch(String url, Optional<String> checksum, Map<String, byte[]> secrets) {
    try (RemoteSources sources =
        new RemoteSources(
            FetchStore.alone(directory, temp),
            new FetchOptions(secrets, Map.of(), false, maxBytes),
            event -> {})) {
      return sources.http(SourceSpec.http(url, checksum));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String code(Class<? extends BuildException> type, Runnable work) {
    return assertThrows(type, work::run).problems().getFirst().code();
  }

  @Test
  void aFileWithItsNameAndTime() throws IOException {
    String url =
        serve(exchange -> {
          exchange.getResponseHeaders().set("Last-Modified", MODIFIED);
          exchange
              .getResponseHeaders()
              .set("Content-Disposition", "attachment; filename=\"../../evil\"");
          answer(exchange, 200, "content");
        });
    Download download = fetch(url + "/a/tool.tgz?version=1#part");
    assertEquals("tool.tgz", download.name());
    assertEquals(Optional.of(Instant.parse("2015-10-21T07:28:00Z")), download.lastModified());
    assertEquals("content", Files.readString(download.file()));
    assertEquals(Digest.ofUtf8("content"), download.digest());
  }

  @Test
  void whatDidNotChangeIsNotSentAgain() throws IOException {
    String url =
        serve(exchange -> {
          boolean same = "\"v1\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
          exchange.getResponseHeaders().set("ETag", "\"v1\"");
          answer(exchange, same ? 304 : 200, same ? "" : "body");
        });
    Download first = fetch(url + "/x");
    assertEquals(first.digest(), fetch(url + "/x").digest());
    Files.writeString(first.file(), "hurt");
    assertEquals("body", Files.readString(fetch(url + "/x").file()), "a damaged copy is not used");
    assertEquals(3, seen.size());
  }

  @Test
  void aChecksumThatFitsNeedsNoRequest() throws IOException {
    String url = serve(exchange -> answer(exchange, 200, "body"));
    Optional<String> checksum = Optional.of(Digest.ofUtf8("body").toString());
    fetch(url + "/x", checksum, Map.of());
    fetch(url + "/x", checksum, Map.of());
    assertEquals(1, seen.size());
    assertEquals(
        "ChecksumMismatch",
        code(
            InvalidInput.class,
            () -> fetch(url + "/x", Optional.of(Digest.ofUtf8("other").toString()), Map.of())));
  }

  @Test
  void credentialsStayWithTheirOrigin() throws IOException {
    String other = serve(exchange -> answer(exchange, 200, "there"));
    String url =
        serve(exchange -> {
          exchange.getResponseHeaders().set("Location", other + "/there");
          answer(exchange, 302, "");
        });
    Map<String, byte[]> secrets =
        Map.of("HTTP_AUTH_TOKEN_127.0.0.1", "TOKEN".getBytes(StandardCharsets.UTF_8));
    assertEquals("there", Files.readString(fetch(url + "/here", Optional.empty(), secrets).file()));
    assertEquals(List.of("/here Bearer TOKEN", "/there -"), seen);
  }

  @Test
  void userAndPasswordOfTheUrlAreNotShown() throws IOException {
    String url = serve(exchange -> answer(exchange, 404, "")).replace("//", "//me:TOKEN@");
    InvalidInput failure = assertThrows(InvalidInput.class, () -> fetch(url + "/x?k=TOKEN"));
    assertTrue(failure.problems().getFirst().message().contains("404"));
    assertFalse(failure.problems().toString().contains("TOKEN"), failure.problems().toString());
    assertEquals(List.of("/x?k=TOKEN Basic bWU6VE9LRU4="), seen);
  }

  @Test
  void addressesOfTheMachinesCloudAreRefused() throws IOException {
    String url =
        serve(exchange -> {
          exchange.getResponseHeaders().set("Location", "http://169.254.169.254/latest/");
          answer(exchange, 302, "");
        });
    assertEquals("AddressRefused", code(InvalidInput.class, () -> fetch(url + "/x")));
    assertEquals(
        "AddressRefused", code(InvalidInput.class, () -> fetch("http://169.254.169.254/latest/")));
  }

  @Test
  void redirectsEnd() throws IOException {
    String url =
        serve(exchange -> {
          exchange.getResponseHeaders().set("Location", "/again");
          answer(exchange, 307, "");
        });
    assertEquals("RedirectRefused", code(InvalidInput.class, () -> fetch(url + "/x")));
    assertEquals(11, seen.size());
  }

  @Test
  void aServerInTroubleIsAskedAgain() throws IOException {
    String url =
        serve(
            exchange -> answer(exchange, seen.size() < 3 ? 503 : 200, seen.size() < 3 ? "" : "x"));
    assertEquals("x", Files.readString(fetch(url + "/x").file()));
    assertEquals(3, seen.size());
  }

  @Test
  void aBodyCutShortIsNoFile() throws IOException {
    String url =
        serve(exchange -> {
          exchange.sendResponseHeaders(200, 100);
          exchange.getResponseBody().write(new byte[10]);
          exchange.getResponseBody().flush();
        });
    assertEquals("DownloadFailed", code(Unavailable.class, () -> fetch(url + "/x")));
    try (var kept = Files.list(directory.resolve("tmp"))) {
      assertTrue(kept.flatMap(HttpFetchTest::below).noneMatch(Files::isRegularFile));
    }
  }

  private static java.util.stream.Stream<Path> below(Path path) {
    try {
      return Files.isDirectory(path) ? Files.list(path) : java.util.stream.Stream.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void otherStatusesAreNoContent() throws IOException {
    String url = serve(exchange -> answer(exchange, 206, "part"));
    assertEquals("DownloadRefused", code(InvalidInput.class, () -> fetch(url + "/x")));
  }

  @Test
  void noMoreThanTheLimit() throws IOException {
    String url = serve(exchange -> answer(exchange, 200, "0123456789"));
    maxBytes = 10;
    assertEquals(10, fetch(url + "/a").size());
    maxBytes = 9;
    BuildException told = assertThrows(InvalidInput.class, () -> fetch(url + "/b"));
    assertEquals("DownloadTooLarge", told.problems().getFirst().code());
    assertTrue(told.problems().getFirst().help().orElse("").contains("--max-download"));
    String unannounced =
        serve(exchange -> {
          exchange.sendResponseHeaders(200, 0);
          exchange.getResponseBody().write(new byte[10]);
          exchange.close();
        });
    assertEquals("DownloadTooLarge", code(InvalidInput.class, () -> fetch(unannounced + "/c")));
  }
}
