package dev.jbuild.registry;

import com.google.api.client.http.HttpTransport;
import com.google.cloud.tools.jib.http.FailoverHttpClient;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/// All requests to one endpoint: without TLS where that is agreed, again after passing failures,
/// and to no other host than the endpoint's and those it may send us to.
final class Transport extends FailoverHttpClient {

  private final Endpoint endpoint;
  private final OriginGuard guard;
  private final HttpTransport verified;
  private final HttpTransport unverified;
  private final FailoverHttpClient own;
  private final FailoverHttpClient others;

  Transport(Endpoint endpoint, Supplier<SSLContext> trust) {
    super(false, false, event -> {});
    this.endpoint = endpoint;
    this.guard = new OriginGuard(endpoint);
    this.verified = HttpClients.verified(guard, trust);
    this.unverified =
        endpoint.security() == Endpoint.Security.ANY ? HttpClients.unverified(guard) : verified;
    this.own =
        HttpClients.jib(
            endpoint.security() != Endpoint.Security.TLS,
            endpoint.isLoopback(),
            () -> verified,
            () -> unverified);
    this.others =
        HttpClients.jib(
            endpoint.security() != Endpoint.Security.TLS,
            endpoint.isLoopback(),
            () -> verified,
            () -> verified);
  }

  /// How many requests were sent so far, for tests and reports.
  long requests() {
    return guard.requests();
  }

  @Override
  public Response call(String method, URL url, Request request) throws IOException {
    URL target = target(method, url);
    FailoverHttpClient client = endpoint.owns(target) ? own : others;
    Backoff backoff = new Backoff();
    while (true) {
      try {
        return client.call(method, target, request);
      } catch (ResponseException e) {
        if (isUpload(method, target) || !backoff.again(e)) {
          throw e;
        }
      } catch (IOException e) {
        if (isUpload(method, target) || !backoff.again(e)) {
          throw e;
        }
      }
    }
  }

  /// A piece of an upload cannot be sent twice: the registry may have taken a part of it. Whoever
  /// uploads begins again.
  private static boolean isUpload(String method, URL url) {
    return method.equals("PATCH") || method.equals("PUT") && !url.getPath().contains("/manifests/");
  }

  private URL target(String method, URL url) throws IOException {
    boolean http = url.getProtocol().equals("http");
    if (endpoint.owns(url)) {
      return switch (endpoint.security()) {
        case PLAIN -> http ? url : withScheme("http", url);
        case TLS -> http ? withScheme("https", url) : url;
        case ANY -> url;
      };
    }
    boolean upload = method.equals("PATCH") || method.equals("PUT");
    boolean plainAllowed = endpoint.security() != Endpoint.Security.TLS;
    if (upload ? http && !plainAllowed : !TokenRealm.mayServe(url, endpoint)) {
      throw new OriginGuard.Refused(
          endpoint.host() + " refers to " + url.getHost() + ", which it has no say over");
    }
    return url;
  }

  private static URL withScheme(String scheme, URL url) throws IOException {
    int colon = url.toString().indexOf(':');
    return URI.create(scheme + url.toString().substring(colon)).toURL();
  }

  @Override
  public void shutDown() throws IOException {
    verified.shutdown();
    unverified.shutdown();
  }
}
