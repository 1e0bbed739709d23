package dev.jbuild.registry;

import dev.jbuild.oci.ImageReference;
import java.net.URI;
import java.net.URL;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One server that may have a repository.
///
/// @param host `name[:port]`
/// @param repository the repository's name there
record Endpoint(String host, Security security, String repository) {

  private static final String HUB = "registry-1.docker.io";

  /// How a server is spoken to.
  enum Security {
    /// TLS with a certificate that is checked.
    TLS,
    /// Plain http; loopback, or a mirror given as `http://`.
    PLAIN,
    /// TLS if it has it, with any certificate, else plain http: declared insecure by the user.
    ANY
  }

  /// The repository's own registry.
  static Endpoint own(ImageReference reference, RegistryOptions options) {
    String registry = reference.registry();
    String host = registry.equals(ImageReference.DOCKER_HUB) ? HUB : registry;
    Security security =
        options.insecure().contains(registry)
            ? Security.ANY
            : isLoopback(host) ? Security.PLAIN : Security.TLS;
    return new Endpoint(host, security, reference.repository());
  }

  /// Where to pull from: the mirrors, then the registry itself.
  static List<Endpoint> forPull(ImageReference reference, RegistryOptions options) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (URI mirror : options.mirrors().getOrDefault(reference.registry(), List.of())) {
      String prefix = Optional.ofNullable(mirror.getPath()).orElse("").replaceAll("^/|/$", "");
      String host = mirror.getRawAuthority();
      Security security =
          mirror.getScheme().equals("http")
              ? Security.PLAIN
              : options.insecure().contains(host) ? Security.ANY : Security.TLS;
      endpoints.add(
          new Endpoint(
              host,
              security,
              prefix.isEmpty() ? reference.repository() : prefix + "/" + reference.repository()));
    }
    endpoints.add(own(reference, options));
    return endpoints;
  }

  /// @param host with or without a port
  static boolean isLoopback(String host) {
    String name = host.replaceFirst(":\\d+$", "");
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  boolean isLoopback() {
    return isLoopback(host);
  }

  /// Whether a URL is at this very server, whatever its scheme.
  boolean owns(URL url) {
    URI own = URI.create("https://" + host);
    return own.getHost() != null
        && own.getHost().equalsIgnoreCase(url.getHost())
        && (own.getPort() == url.getPort()
            || own.getPort() < 0 && url.getPort() == url.getDefaultPort());
  }

  String base() {
    return (security == Security.PLAIN ? "http://" : "https://") + host + "/v2/" + repository;
  }

  @Override
  public String toString() {
    return host + "/" + repository;
  }
}
