package dev.jbuild.registry;

import java.io.IOException;
import java.net.URL;
import java.util.concurrent.atomic.LongAdder;
import org.apache.http.HttpHeaders;
import org.apache.http.HttpRequest;
import org.apache.http.HttpRequestInterceptor;
import org.apache.http.HttpResponse;
import org.apache.http.HttpResponseInterceptor;
import org.apache.http.client.protocol.HttpClientContext;
import org.apache.http.protocol.HttpContext;

/// Looks at every request before it leaves, those that follow a redirect too. Credentials go to the
/// registry and its token server and nowhere else; what began with TLS goes on with TLS.
final class OriginGuard implements HttpRequestInterceptor, HttpResponseInterceptor {

  /// Where a download goes on, in bytes; bound while a request is made.
  static final ScopedValue<Long> FROM = ScopedValue.newInstance();

  private final Endpoint endpoint;
  private final LongAdder requests = new LongAdder();

  OriginGuard(Endpoint endpoint) {
    this.endpoint = endpoint;
  }

  /// How many requests were sent.
  long requests() {
    return requests.sum();
  }

  @Override
  public void process(HttpRequest request, HttpContext context) throws IOException {
    URL url = url(request, context);
    if (!url.getProtocol().equals("https") && endpoint.security() == Endpoint.Security.TLS) {
      if (!(Endpoint.isLoopback(url.getHost()) && endpoint.isLoopback())) {
        throw new Refused(endpoint.host() + " refers to plain http at " + url.getHost());
      }
    }
    if (!mayAuthorize(url, request.getRequestLine().getMethod())) {
      request.removeHeaders(HttpHeaders.AUTHORIZATION);
      request.removeHeaders("Cookie");
    }
    if (FROM.isBound() && FROM.get() > 0) {
      request.setHeader(HttpHeaders.RANGE, "bytes=" + FROM.get() + "-");
    }
    requests.increment();
  }

  /// Whether credentials may go along.
  private boolean mayAuthorize(URL url, String method) {
    boolean safe = url.getProtocol().equals("https") || Endpoint.isLoopback(url.getHost());
    boolean upload = method.equals("PATCH") || method.equals("PUT");
    return safe
        && (endpoint.owns(url)
            ? url.getProtocol().equals("https") || endpoint.security() != Endpoint.Security.TLS
            : !upload && TokenRealm.mayServe(url, endpoint));
  }

  /// A redirect is followed only where nothing but public bytes can go with it.
  @Override
  public void process(HttpResponse response, HttpContext context) throws IOException {
    int status = response.getStatusLine().getStatusCode();
    boolean redirect = status >= 301 && status <= 308 && status != 304;
    if (!redirect || response.getFirstHeader(HttpHeaders.LOCATION) == null) {
      return;
    }
    HttpRequest request = HttpClientContext.adapt(context).getRequest();
    URL url = url(request, context);
    String method = request.getRequestLine().getMethod();
    boolean token =
        request.getFirstHeader(HttpHeaders.AUTHORIZATION) != null
            && !(endpoint.owns(url) && url.getPath().startsWith("/v2/"));
    if (token || !(method.equals("GET") || method.equals("HEAD"))) {
      throw new Refused(url.getHost() + " redirects a " + method + " request, which is not done");
    }
  }

  private static URL url(HttpRequest request, HttpContext context) throws IOException {
    String target = HttpClientContext.adapt(context).getTargetHost().toURI();
    String path = request.getRequestLine().getUri();
    try {
      return java.net.URI.create(path.startsWith("/") ? target + path : path).toURL();
    } catch (IllegalArgumentException e) {
      throw new Refused("a URL is malformed");
    }
  }

  /// A server asks for what is not done; asking again does not help.
  static final class Refused extends IOException {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message);
    }
  }
}
