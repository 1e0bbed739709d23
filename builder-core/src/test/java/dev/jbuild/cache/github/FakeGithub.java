package dev.jbuild.cache.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// GitHub's cache service as its protocol says: immutable entries in scopes, reserved and finished;
/// blobs behind signed URLs that are put at once or as a list of blocks. There is no other to be
/// had for tests.
public final class FakeGithub implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "/twirp/github.actions.results.api.v1.CacheService/";

  private static final class Entry {
    final String scope;
    final String key;
    final String version;
    final String secret = UUID.randomUUID().toString();
    final Map<String, byte[]> blocks = new HashMap<>();
    byte[] bytes = new byte[0];
    boolean finished;
    boolean inBlocks;

    Entry(String scope, String key, String version) {
      this.scope = scope;
      this.key = key;
      this.version = version;
    }
  }

  private record Scope(String name, int permission) {}

  private final HttpServer server;
  private final Map<String, List<Scope>> tokens = new HashMap<>();
  private final List<Entry> entries = new ArrayList<>();
  private int failures;

  public FakeGithub() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(SERVICE, this::service);
    server.createContext("/blob/", this::blob);
    server.start();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
  }

  /// A token of a job: what it may write to, and what it may only read.
  public synchronized String token(String writable, String... readable) {
    List<Scope> scopes = new ArrayList<>(List.of(new Scope(writable, 3)));
    for (String name : readable) {
      scopes.add(new Scope(name, 1));
    }
    StringBuilder claim = new StringBuilder();
    for (Scope scope : scopes) {
      claim
          .append(claim.isEmpty() ? "[" : ",")
          .append("{\"Scope\":\"" + scope.name() + "\",\"Permission\":" + scope.permission() + "}");
    }
    String body =
        JSON.createObjectNode()
            .put("ac", claim + "]")
            .put("jti", UUID.randomUUID().toString())
            .toString();
    String token = part("{\"alg\":\"none\"}") + "." + part(body) + ".c2ln";
    tokens.put(token, scopes);
    return token;
  }

  private static String part(String json) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(json.getBytes(StandardCharsets.UTF_8));
  }

  public WorkflowAccess access(String token) {
    return new WorkflowAccess(uri("/"), token, Duration.ofSeconds(20));
  }

  /// What a job's environment says.
  public Map<String, String> attributes(String token) {
    return Map.of("url_v2", uri("/").toString(), "token", token);
  }

  /// Puts other bytes in place of an entry's.
  public synchronized void damage(String keyEnd, byte[] bytes) {
    entries.stream().filter(e -> e.key.endsWith(keyEnd)).forEach(e -> e.bytes = bytes);
  }

  /// As a job that was killed leaves it.
  public synchronized void reserve(String scope, String key, String version) {
    entries.add(new Entry(scope, key, version));
  }

  /// The next requests of the service fail.
  public synchronized void fail(int times) {
    failures = times;
  }

  public synchronized List<String> keys(String scope) {
    return entries.stream().filter(e -> e.scope.equals(scope)).map(e -> e.key).toList();
  }

  /// Whether the entry was sent as blocks.
  public synchronized boolean inBlocks(String key) {
    return entries.stream().anyMatch(e -> e.key.equals(key) && e.inBlocks);
  }

  private synchronized void service(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if (failures > 0) {
      failures--;
      answer(exchange, 503, "");
      return;
    }
    String token =
        Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"))
            .orElse("")
            .replaceFirst("^Bearer ", "");
    List<Scope> scopes = tokens.get(token);
    if (scopes == null) {
      answer(exchange, 401, "{\"code\":\"unauthenticated\",\"msg\":\"bad token\"}");
      return;
    }
    JsonNode request = JSON.readTree(body);
    String method = exchange.getRequestURI().getPath().substring(SERVICE.length());
    switch (method) {
      case "CreateCacheEntry" -> create(exchange, request, scopes);
      case "FinalizeCacheEntryUpload" -> finish(exchange, request, scopes);
      case "GetCacheEntryDownloadURL" -> find(exchange, request, scopes);
      default -> answer(exchange, 404, "{\"code\":\"bad_route\"}");
    }
  }

  private static String text(JsonNode request, String name) {
    return request.path(name).asText("");
  }

  private Optional<Entry> own(JsonNode request, List<Scope> scopes) {
    return entries.stream()
        .filter(e ->
            e.scope.equals(scopes.getFirst().name())
                && e.key.equals(text(request, "key"))
                && e.version.equals(text(request, "version")))
        .findFirst();
  }

  private void create(HttpExchange exchange, JsonNode request, List<Scope> scopes)
      throws IOException {
    String key = text(request, "key");
    if (key.isEmpty() || key.length() > 512 || key.contains(",")) {
      answer(exchange, 400, "{\"code\":\"invalid_argument\",\"msg\":\"key\"}");
    } else if (own(request, scopes).isPresent()) {
      answer(exchange, 409, "{\"code\":\"already_exists\",\"msg\":\"cache entry exists\"}");
    } else {
      Entry entry = new Entry(scopes.getFirst().name(), key, text(request, "version"));
      entries.add(entry);
      ObjectNode made = JSON.createObjectNode().put("ok", true);
      made.put("signed_upload_url", address(entry, "w"));
      answer(exchange, 200, made.toString());
    }
  }

  private String address(Entry entry, String right) {
    return uri("/blob/" + entries.indexOf(entry) + "?sp=" + right + "&sig=" + entry.secret)
        .toString();
  }

  private void finish(HttpExchange exchange, JsonNode request, List<Scope> scopes)
      throws IOException {
    Optional<Entry> entry = own(request, scopes);
    boolean whole =
        entry.isPresent()
            && !entry.get().finished
            && Long.toString(entry.get().bytes.length).equals(text(request, "size_bytes"));
    entry
        .filter(e -> whole)
        .ifPresent(e -> {
          e.finished = true;
          // The newest is the last.
          entries.set(entries.indexOf(e), new Entry("", "", ""));
          entries.add(e);
        });
    answer(exchange, 200, "{\"ok\":" + whole + ",\"entry_id\":\"1\"}");
  }

  private void find(HttpExchange exchange, JsonNode request, List<Scope> scopes)
      throws IOException {
    for (Scope scope : scopes) {
      Optional<Entry> found = find(request, scope.name());
      if (found.isPresent()) {
        ObjectNode answer = JSON.createObjectNode().put("ok", true);
        answer.put("matched_key", found.get().key);
        answer.put("signed_download_url", address(found.get(), "r"));
        answer(exchange, 200, answer.toString());
        return;
      }
    }
    answer(exchange, 200, "{\"ok\":false}");
  }

  private Optional<Entry> find(JsonNode request, String scope) {
    List<Entry> seen =
        entries.reversed().stream()
            .filter(e ->
                e.finished && e.scope.equals(scope) && e.version.equals(text(request, "version")))
            .toList();
    Optional<Entry> exact =
        seen.stream().filter(e -> e.key.equals(text(request, "key"))).findFirst();
    for (JsonNode start : request.path("restore_keys")) {
      exact =
          exact.or(() -> seen.stream().filter(e -> e.key.startsWith(start.asText())).findFirst());
    }
    return exact;
  }

  private synchronized void blob(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    String query = Optional.ofNullable(exchange.getRequestURI().getQuery()).orElse("");
    int number = Integer.parseInt(path.substring("/blob/".length()));
    boolean writes = exchange.getRequestMethod().equals("PUT");
    Optional<Entry> entry =
        entries.stream()
            .filter(e -> query.contains("sp=" + (writes ? "w" : "r") + "&sig=" + e.secret))
            .findFirst();
    if (entry.isEmpty()
        || number < 0
        || exchange.getRequestHeaders().containsKey("Authorization")) {
      answer(exchange, 403, "");
    } else if (!writes) {
      answer(exchange, 200, entry.get().bytes);
    } else {
      answer(exchange, put(exchange, entry.get(), query, body), "");
    }
  }

  private static int put(HttpExchange exchange, Entry entry, String query, byte[] body) {
    Matcher block = Pattern.compile("comp=block&blockid=([^&]+)").matcher(query);
    if (exchange.getRequestHeaders().getFirst("Content-Length") == null) {
      return 411;
    }
    if (block.find()) {
      entry.blocks.put(block.group(1), body);
      return 201;
    }
    if (query.contains("comp=blocklist")) {
      ByteArrayOutputStream whole = new ByteArrayOutputStream();
      Matcher id =
          Pattern.compile("<Latest>([^<]+)</Latest>")
              .matcher(new String(body, StandardCharsets.UTF_8));
      while (id.find()) {
        byte[] bytes = entry.blocks.get(id.group(1));
        if (bytes == null) {
          return 400;
        }
        whole.writeBytes(bytes);
      }
      entry.bytes = whole.toByteArray();
      entry.inBlocks = true;
      return 201;
    }
    if (!"BlockBlob".equals(exchange.getRequestHeaders().getFirst("x-ms-blob-type"))) {
      return 400;
    }
    entry.bytes = body;
    return 201;
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    answer(exchange, status, body.getBytes(StandardCharsets.UTF_8));
  }

  private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
