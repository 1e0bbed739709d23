package dev.jbuild.registry;

import dev.jbuild.oci.ImageReference;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One server that may have a repository.
///
/// @param host `name[:port]`
/// @param plain whether it is spoken to without TLS
/// @param repository the repository's name there
record Endpoint(String host, boolean plain, String repository) {

  private static final String HUB = "registry-1.docker.io";

  /// The repository's own registry.
  static Endpoint own(ImageReference reference, RegistryOptions options) {
    String registry = reference.registry();
    String host = registry.equals(ImageReference.DOCKER_HUB) ? HUB : registry;
    return new Endpoint(
        host, isLoopback(host) || options.insecure().contains(registry), reference.repository());
  }

  /// Where to pull from: the mirrors, then the registry itself.
  static List<Endpoint> forPull(ImageReference reference, RegistryOptions options) {
    List<Endpoint> endpoints = new ArrayList<>();
    for (URI mirror : options.mirrors().getOrDefault(reference.registry(), List.of())) {
      String host =
          mirror.getPort() < 0 ? mirror.getHost() : mirror.getHost() + ":" + mirror.getPort();
      String prefix = Optional.ofNullable(mirror.getPath()).orElse("").replaceAll("^/|/$", "");
      endpoints.add(
          new Endpoint(
              host,
              mirror.getScheme().equals("http"),
              prefix.isEmpty() ? reference.repository() : prefix + "/" + reference.repository()));
    }
    endpoints.add(own(reference, options));
    return endpoints;
  }

  static boolean isLoopback(String host) {
    String name = host.replaceFirst(":\\d+$", "");
    return name.equals("localhost") || name.equals("[::1]") || name.matches("127(\\.\\d{1,3}){3}");
  }

  String base() {
    return (plain ? "http://" : "https://") + host + "/v2/" + repository;
  }

  @Override
  public String toString() {
    return host + "/" + repository;
  }
}
