package dev.jbuild.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import dev.jbuild.content.BlobStore;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What goes wrong between here and a registry, and who gets the credentials then.
class FaultsTest {

  private static final Platform AMD64 = Platform.parse("linux/amd64");
  private static final TestImage IMAGE = TestImage.of(9, 200_000, "amd64");
  private static final String PASSWORD = "hunter2-secret";

  @TempDir private Path directory;

  private Registries registries(String... mirrors) {
    return new Registries(
        new RegistryOptions(
            RegistryOptions.parseMirrors(List.of(mirrors)), Set.of(), directory, Optional.empty()),
        e -> {});
  }

  private static ImageReference name(ScriptedServer server) {
    return ImageReference.parse(server.host() + "/r:v1");
  }

  /// Serves the image.
  private static void image(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body =
        path.endsWith(Digest.of(IMAGE.layer()).toString())
            ? IMAGE.layer()
            : path.endsWith(Digest.of(IMAGE.config()).toString())
                ? IMAGE.config()
                : path.contains("/manifests/") ? IMAGE.manifest() : new byte[0];
    ScriptedServer.send(exchange, body.length == 0 ? 404 : 200, body);
  }

  private void login(ScriptedServer server) throws IOException {
    String auth = Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(UTF_8));
    Files.writeString(
        directory.resolve("config.json"),
        "{\"auths\":{\"" + server.host() + "\":{\"auth\":\"" + auth + "\"}}}");
  }

  private static void assertNoSecret(BuildException e) {
    String encoded = Base64.getEncoder().encodeToString(("user:" + PASSWORD).getBytes(UTF_8));
    for (Throwable t = e; t != null; t = t.getCause()) {
      assertFalse(String.valueOf(t).contains(PASSWORD), String.valueOf(t));
      assertFalse(String.valueOf(t).contains(encoded), String.valueOf(t));
    }
    assertFalse(e.problems().toString().contains(PASSWORD));
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void passingFailuresPass() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer((exchange, count) -> {
              if (count == 1) {
                exchange.getResponseHeaders().set("Retry-After", "0");
                ScriptedServer.send(exchange, 429, new byte[0]);
              } else if (count == 2) {
                ScriptedServer.send(exchange, 503, new byte[0]);
              } else {
                image(exchange);
              }
            });
        Registries registries = registries()) {
      registries.resolve(name(server), AMD64);
      assertEquals(3, server.count("GET /v2/r/manifests/v1"));
    }
  }

  @Test
  void whatDoesNotPassIsTold() throws Exception {
    byte[] words =
        "{\"errors\":[{\"code\":\"X\",\"message\":\"come\\u001b back\"}]}".getBytes(UTF_8);
    try (ScriptedServer server =
            new ScriptedServer((exchange, count) -> {
              exchange.getResponseHeaders().set("Retry-After", "3600");
              ScriptedServer.send(exchange, 429, words);
            });
        Registries registries = registries()) {
      Unavailable e =
          assertThrows(Unavailable.class, () -> registries.resolve(name(server), AMD64));
      assertEquals("TooManyRequests", e.problems().getFirst().code());
      assertTrue(e.getMessage().contains("429, come\\x1b back"), e.getMessage());
      assertEquals(1, server.asked.size(), "an hour is not waited");
    }
  }

  @Test
  void aBrokenDownloadGoesOnWhereItBroke() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer((exchange, count) -> {
              byte[] all = IMAGE.layer();
              if (count == 1) {
                exchange.sendResponseHeaders(200, all.length);
                exchange.getResponseBody().write(all, 0, 50_000);
                exchange.getResponseBody().flush();
                return;
              }
              String range = exchange.getRequestHeaders().getFirst("Range");
              int from = Integer.parseInt(range.replaceAll("\\D", ""));
              exchange
                  .getResponseHeaders()
                  .set(
                      "Content-Range", "bytes " + from + "-" + (all.length - 1) + "/" + all.length);
              ScriptedServer.send(exchange, 206, Arrays.copyOfRange(all, from, all.length));
            });
        Registries registries = registries()) {
      MemoryStore store = new MemoryStore();
      registries.pull(name(server), IMAGE.layerBlob(), store);
      try (var in = store.open(IMAGE.layerBlob().digest())) {
        assertArrayEquals(IMAGE.layer(), in.readAllBytes());
      }
      assertEquals(2, server.asked.size());
    }
  }

  @Test
  void otherBytesAreNotStored() throws Exception {
    byte[] wrong = IMAGE.layer().clone();
    wrong[7]++;
    try (ScriptedServer server =
            new ScriptedServer((exchange, count) -> ScriptedServer.send(exchange, 200, wrong));
        Registries registries = registries()) {
      MemoryStore store = new MemoryStore();
      assertThrows(
          Unavailable.class, () -> registries.pull(name(server), IMAGE.layerBlob(), store));
      assertTrue(store.size(IMAGE.layerBlob().digest()).isEmpty());
      ImageReference pinned = name(server).withDigest(Digest.of(IMAGE.manifest()));
      Unavailable e = assertThrows(Unavailable.class, () -> registries.resolve(pinned, AMD64));
      assertEquals("DigestMismatch", e.problems().getFirst().code());
    }
  }

  @Test
  void aMirrorThatFailsIsPassedOver() throws Exception {
    try (ScriptedServer server = new ScriptedServer((exchange, count) -> image(exchange));
        ScriptedServer page =
            new ScriptedServer((exchange, count) ->
                ScriptedServer.send(exchange, 200, "<html>log in</html>".getBytes(UTF_8)));
        Registries registries = registries(server.host() + "=http://" + page.host() + "/prefix/")) {
      ResolvedManifest found = registries.resolve(name(server), AMD64);
      assertEquals(Digest.of(IMAGE.manifest()), found.descriptor().digest());
      assertEquals(1, page.count("GET /v2/prefix/r/manifests/v1"));
    }
  }

  @Test
  void aMirrorThatLiesIsPassedOver() throws Exception {
    byte[] wrong = IMAGE.layer().clone();
    wrong[7]++;
    try (ScriptedServer server =
            new ScriptedServer(
                (exchange, count) -> ScriptedServer.send(exchange, 200, IMAGE.layer()));
        ScriptedServer liar =
            new ScriptedServer((exchange, count) -> ScriptedServer.send(exchange, 200, wrong));
        Registries registries = registries(server.host() + "=http://" + liar.host())) {
      MemoryStore store = new MemoryStore();
      registries.pull(name(server), IMAGE.layerBlob(), store);
      assertEquals(1, liar.asked.size());
      assertTrue(store.size(IMAGE.layerBlob().digest()).isPresent());
    }
  }

  @Test
  void aManifestWhoseLinksAreBeingWrittenIsPutAgain() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer((exchange, count) -> {
              if (!exchange.getRequestMethod().equals("PUT")) {
                ScriptedServer.send(exchange, 200, new byte[0]);
              } else if (count == 1) {
                byte[] told = "{\"errors\":[{\"code\":\"DIGEST_INVALID\"}]}".getBytes(UTF_8);
                ScriptedServer.send(exchange, 400, told);
              } else {
                exchange
                    .getResponseHeaders()
                    .set("Docker-Content-Digest", Digest.of(IMAGE.manifest()).toString());
                ScriptedServer.send(exchange, 201, new byte[0]);
              }
            });
        Registries registries = registries()) {
      new Push(registries, name(server), e -> {})
          .manifest(MediaTypes.OCI_MANIFEST, IMAGE.manifest(), "v1");
      assertEquals(2, server.count("PUT /v2/r/manifests/v1"));
    }
  }

  @Test
  void aFullDiskIsNoFaultOfTheMirror() throws Exception {
    try (ScriptedServer server =
            new ScriptedServer(
                (exchange, count) -> ScriptedServer.send(exchange, 200, IMAGE.layer()));
        ScriptedServer mirror =
            new ScriptedServer(
                (exchange, count) -> ScriptedServer.send(exchange, 200, IMAGE.layer()));
        Registries registries = registries(server.host() + "=http://" + mirror.host())) {
      for (boolean before : new boolean[] {true, false}) {
        BlobStore full = new FullStore(before);
        IOException told =
            assertThrows(
                IOException.class, () -> registries.pull(name(server), IMAGE.layerBlob(), full));
        assertEquals("No space left on device", told.getMessage());
      }
      assertEquals(0, server.asked.size());
    }
  }

  @Test
  void aRedirectGetsNoCredentials() throws Exception {
    try (ScriptedServer other = new ScriptedServer((exchange, count) -> image(exchange));
        ScriptedServer server =
            new ScriptedServer((exchange, count) -> {
              if (exchange.getRequestHeaders().getFirst("Authorization") == null) {
                exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
                ScriptedServer.send(exchange, 401, new byte[0]);
              } else {
                exchange
                    .getResponseHeaders()
                    .set("Location", "http://" + other.host() + exchange.getRequestURI());
                ScriptedServer.send(exchange, 307, new byte[0]);
              }
            })) {
      login(server);
      try (Registries registries = registries()) {
        registries.pull(name(server), IMAGE.layerBlob(), new MemoryStore());
      }
      assertEquals(1, other.asked.size());
      assertTrue(other.asked.stream().allMatch(a -> a.authorization().isEmpty()));
      assertTrue(server.asked.stream().anyMatch(a -> a.authorization().isPresent()));
    }
  }

  @Test
  void aTokenServerElsewhereGetsNothing() throws Exception {
    for (String realm :
        List.of(
            "https://evil.example.com/token",
            "http://169.254.169.254/token",
            "file:///etc/passwd",
            "https://127.0.0.1@evil.example.com/",
            "")) {
      try (ScriptedServer server =
          new ScriptedServer((exchange, count) -> {
            exchange.getResponseHeaders().set("WWW-Authenticate", "Bearer realm=\"" + realm + "\"");
            ScriptedServer.send(exchange, 401, new byte[0]);
          })) {
        login(server);
        try (Registries registries = registries()) {
          assertNoSecret(
              assertThrows(Unavailable.class, () -> registries.resolve(name(server), AMD64)));
          assertTrue(server.asked.stream().allMatch(a -> a.authorization().isEmpty()), realm);
        }
      }
    }
  }

  @Test
  void aTokenIsAskedForOnceAndNotThroughARedirect() throws Exception {
    try (ScriptedServer server =
        new ScriptedServer((exchange, count) -> {
          String authorization =
              Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
                  .orElse("");
          if (exchange.getRequestURI().getPath().equals("/token")) {
            ScriptedServer.send(exchange, 200, "{\"token\":\"t0\"}".getBytes(UTF_8));
          } else if (exchange.getRequestURI().getPath().equals("/moved")) {
            exchange.getResponseHeaders().set("Location", "/token");
            ScriptedServer.send(exchange, 302, new byte[0]);
          } else if (authorization.equals("Bearer t0")) {
            image(exchange);
          } else {
            String realm =
                exchange.getRequestURI().getPath().contains("/away/") ? "moved" : "token";
            exchange
                .getResponseHeaders()
                .set(
                    "WWW-Authenticate",
                    "Bearer realm=\"http://"
                        + exchange.getRequestHeaders().getFirst("Host")
                        + "/"
                        + realm
                        + "\",service=\"s\"");
            ScriptedServer.send(exchange, 401, new byte[0]);
          }
        })) {
      login(server);
      try (Registries registries = registries()) {
        registries.resolve(name(server), AMD64);
        assertEquals(1, server.count("GET /token?service=s&scope=repository"));
        ImageReference away = ImageReference.parse(server.host() + "/away/r:v1");
        assertNoSecret(assertThrows(Unavailable.class, () -> registries.resolve(away, AMD64)));
        assertEquals(1, server.count("GET /token"));
      }
    }
  }

  @Test
  void anUploadElsewhereGetsNoCredentials() throws Exception {
    try (ScriptedServer other =
            new ScriptedServer((exchange, count) -> {
              exchange.getRequestBody().readAllBytes();
              exchange.getResponseHeaders().set("Location", exchange.getRequestURI().toString());
              ScriptedServer.send(
                  exchange, exchange.getRequestMethod().equals("PATCH") ? 202 : 201, new byte[0]);
            });
        ScriptedServer server =
            new ScriptedServer((exchange, count) -> {
              boolean known = exchange.getRequestHeaders().getFirst("Authorization") != null;
              exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"x\"");
              exchange.getResponseHeaders().set("Location", "http://" + other.host() + "/up");
              boolean post = exchange.getRequestMethod().equals("POST");
              ScriptedServer.send(exchange, !known ? 401 : post ? 202 : 404, new byte[0]);
            })) {
      login(server);
      try (Registries registries = registries()) {
        new Push(registries, name(server), e -> {}).blobs(List.of(IMAGE.upload(Optional.empty())));
      }
      assertEquals(1, other.count("PATCH /up"));
      assertEquals(1, other.count("PUT /up"));
      assertTrue(other.asked.stream().allMatch(a -> a.authorization().isEmpty()));
    }
  }

  @Test
  void aHelperIsAName() throws Exception {
    for (String helper : List.of("../evil", "a;b", "a b")) {
      Files.writeString(
          directory.resolve("config.json"), "{\"credHelpers\":{\"x.io\":\"" + helper + "\"}}");
      try (Registries registries = registries()) {
        assertThrows(
            AuthenticationFailed.class,
            () -> registries.resolve(ImageReference.parse("127.0.0.1:1/x"), AMD64));
      }
    }
  }

  @Test
  void nobodyThereIsToldAtOnce() throws Exception {
    try (Registries registries =
        new Registries(
            new RegistryOptions(Map.of(), Set.of(), directory, Optional.empty()), e -> {})) {
      Unavailable e =
          assertThrows(
              Unavailable.class,
              () -> registries.resolve(ImageReference.parse("127.0.0.1:1/x"), AMD64));
      assertTrue(e.getMessage().endsWith("cannot connect"), e.getMessage());
    }
  }
}
