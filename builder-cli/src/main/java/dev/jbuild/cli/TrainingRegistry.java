package dev.jbuild.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.jbuild.oci.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// As much of a registry as the training needs, on loopback and in memory (distribution-spec): what
/// is pushed can be pulled, by plain http, and by https with a certificate that nobody trusts.
final class TrainingRegistry implements AutoCloseable {

  private static final String PASSWORD = "training";

  private final Map<String, byte[]> content = new ConcurrentHashMap<>();
  private final AtomicInteger uploads = new AtomicInteger();
  private final HttpServer plain;
  private final HttpsServer secure;

  /// @param directory for the key of the https server
  TrainingRegistry(Path directory) throws IOException {
    plain = HttpServer.create(free(), 0);
    secure = HttpsServer.create(free(), 0);
    secure.setHttpsConfigurator(new HttpsConfigurator(context(directory)));
    plain.createContext("/v2/", this::answer);
    secure.createContext("/v2/", this::answer);
    plain.start();
    secure.start();
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private static SSLContext context(Path directory) throws IOException {
    Path file = directory.resolve("training.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
    Process process =
        new ProcessBuilder(
                keytool,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-storetype",
                "PKCS12",
                "-storepass",
                PASSWORD,
                "-keystore",
                file.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream in = process.waitFor() == 0 ? Files.newInputStream(file) : null) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, PASSWORD.toCharArray());
      KeyManagerFactory managers =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      managers.init(keys, PASSWORD.toCharArray());
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(managers.getKeyManagers(), null, null);
      return context;
    } catch (GeneralSecurityException | InterruptedException e) {
      throw new IOException(e);
    }
  }

  /// The address of the plain one.
  String host() {
    return "127.0.0.1:" + plain.getAddress().getPort();
  }

  /// The other's.
  String secureUrl() {
    return "https://127.0.0.1:" + secure.getAddress().getPort();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    byte[] body = exchange.getRequestBody().readAllBytes();
    switch (exchange.getRequestMethod()) {
      case "GET", "HEAD" -> give(exchange, content.get(path), path);
      case "POST" -> accept(exchange, 202, path + uploads.incrementAndGet());
      case "PATCH" -> {
        content.put(path, body);
        accept(exchange, 202, path);
      }
      default -> {
        boolean upload = path.contains("/uploads/");
        byte[] whole = upload && body.length == 0 ? content.getOrDefault(path, body) : body;
        String place =
            upload
                ? path.replaceFirst("/uploads/.*", "/") + query.replaceFirst(".*digest=", "")
                : path;
        content.put(place.replace("%3A", ":"), whole);
        exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(whole).toString());
        accept(exchange, 201, place);
      }
    }
    exchange.close();
  }

  private static void give(HttpExchange exchange, byte @Nullable [] bytes, String path)
      throws IOException {
    if (bytes == null) {
      exchange.sendResponseHeaders(path.equals("/v2/") ? 200 : 404, -1);
      return;
    }
    boolean head = exchange.getRequestMethod().equals("HEAD");
    exchange.getResponseHeaders().set("Docker-Content-Digest", Digest.of(bytes).toString());
    if (path.contains("/manifests/")) {
      exchange
          .getResponseHeaders()
          .set("Content-Type", "application/vnd.oci.image.manifest.v1+json");
    }
    exchange.sendResponseHeaders(200, head || bytes.length == 0 ? -1 : bytes.length);
    if (!head) {
      exchange.getResponseBody().write(bytes);
    }
  }

  private static void accept(HttpExchange exchange, int status, String location)
      throws IOException {
    exchange.getResponseHeaders().set("Location", location);
    exchange.sendResponseHeaders(status, -1);
  }

  @Override
  public void close() {
    plain.stop(0);
    secure.stop(0);
  }
}
