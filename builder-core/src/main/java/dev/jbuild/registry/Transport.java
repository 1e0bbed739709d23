package dev.jbuild.registry;

import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URL;
import java.time.Duration;
import java.util.Optional;

/// All requests to one endpoint: without TLS where that is agreed, again after passing failures,
/// and to no other host than the endpoint's and the one it may send for tokens.
final class Transport extends FailoverHttpClient {

  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);

  private final Endpoint endpoint;

  Transport(Endpoint endpoint) {
    super(endpoint.plain(), Endpoint.isLoopback(endpoint.host()), event -> {});
    this.endpoint = endpoint;
  }

  @Override
  public Response call(String method, URL url, Request request) throws IOException {
    URL target = target(url);
    Duration wait = FIRST_WAIT;
    for (int attempt = 1; ; attempt++) {
      try {
        return super.call(method, target, request);
      } catch (ResponseException e) {
        if (attempt == ATTEMPTS || !isPassing(e.getStatusCode())) {
          throw e;
        }
        pause(retryAfter(e).orElse(wait));
      } catch (java.net.UnknownHostException | javax.net.ssl.SSLException e) {
        throw e;
      } catch (java.net.SocketException e) {
        if (attempt == ATTEMPTS
            || !method.equals("GET") && !method.equals("HEAD")
            || e instanceof java.net.ConnectException) {
          throw e;
        }
        pause(wait);
      }
      wait = wait.multipliedBy(2);
    }
  }

  private URL target(URL url) throws IOException {
    String host = url.getPort() < 0 ? url.getHost() : url.getHost() + ":" + url.getPort();
    boolean own = host.equals(endpoint.host());
    if (own && endpoint.plain() && url.getProtocol().equals("https")) {
      try {
        URI u = url.toURI();
        return new URI("http", u.getRawAuthority(), u.getPath(), u.getQuery(), null).toURL();
      } catch (URISyntaxException e) {
        throw new MalformedURLException(e.getMessage());
      }
    }
    if (!own && !TokenRealm.mayServe(url, endpoint)) {
      throw new IOException(
          endpoint.host() + " refers to " + url.getHost() + ", which credentials are not sent to");
    }
    return url;
  }

  private static boolean isPassing(int status) {
    return status == 408 || status == 429 || (status >= 500 && status != 501);
  }

  private static Optional<Duration> retryAfter(ResponseException e) {
    String value = e.getHeaders().getRetryAfter();
    if (value == null || !value.matches("\\d{1,6}")) {
      return Optional.empty();
    }
    Duration wait = Duration.ofSeconds(Long.parseLong(value));
    return Optional.of(wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait);
  }

  private static void pause(Duration wait) throws IOException {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new java.io.InterruptedIOException("interrupted");
    }
  }
}
