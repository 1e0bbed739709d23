package dev.jbuild.registry;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Proxies as the environment names them: `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY`, `NO_PROXY`, in
/// either case; lower case wins. Servers on this machine are spoken to directly. Without any of
/// these variables the Java platform's own setting holds.
public final class EnvironmentProxies extends ProxySelector {

  public static final EnvironmentProxies INSTANCE = new EnvironmentProxies(System.getenv());

  private final Map<String, String> environment;

  EnvironmentProxies(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /// Whether a host name or address is this machine.
  public static boolean isLoopback(String host) {
    return Endpoint.isLoopback(host);
  }

  @Override
  public List<Proxy> select(URI uri) {
    String host = Optional.ofNullable(uri.getHost()).orElse("").toLowerCase(Locale.ROOT);
    if (host.isEmpty() || isLoopback(host) || isExcepted(host, uri.getPort())) {
      return List.of(Proxy.NO_PROXY);
    }
    String scheme = String.valueOf(uri.getScheme()).toUpperCase(Locale.ROOT);
    Optional<String> proxy = variable(scheme + "_PROXY").or(() -> variable("ALL_PROXY"));
    if (proxy.isEmpty()) {
      ProxySelector platform = ProxySelector.getDefault();
      return platform == null || platform == this ? List.of(Proxy.NO_PROXY) : platform.select(uri);
    }
    return List.of(parse(proxy.get()));
  }

  private static Proxy parse(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    boolean socks = String.valueOf(uri.getScheme()).startsWith("socks");
    int port = uri.getPort() >= 0 ? uri.getPort() : socks ? 1080 : 80;
    return new Proxy(
        socks ? Proxy.Type.SOCKS : Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), port));
  }

  /// `NO_PROXY`: hosts, domains with or without a leading dot, `host:port`, `*`.
  private boolean isExcepted(String host, int port) {
    for (String entry : variable("NO_PROXY").orElse("").toLowerCase(Locale.ROOT).split("[,\\s]+")) {
      String name = entry.replaceFirst("^\\*?\\.", "");
      if (entry.equals("*")
          || (!name.isEmpty()
              && (host.equals(name)
                  || host.endsWith("." + name)
                  || name.equals(host + ":" + port)))) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> variable(String name) {
    return Optional.ofNullable(environment.get(name.toLowerCase(Locale.ROOT)))
        .filter(v -> !v.isEmpty())
        .or(() -> Optional.ofNullable(environment.get(name)).filter(v -> !v.isEmpty()));
  }

  @Override
  public void connectFailed(URI uri, SocketAddress address, IOException e) {
    // The request fails with this very exception.
  }
}
