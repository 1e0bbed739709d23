package dev.jbuild.registry;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// How registries are reached.
///
/// @param mirrors for a registry, where to pull from first, in order
/// @param insecure registries, as `HOST[:PORT]`, that may have any certificate or none; loopback
///   ones are spoken to in plain http without being listed
/// @param dockerConfig the directory of `config.json` with credentials
/// @param certificates a PEM file of certificates to believe besides the Java platform's
public record RegistryOptions(
    Map<String, List<URI>> mirrors,
    Set<String> insecure,
    Path dockerConfig,
    Optional<Path> certificates) {

  private static final Pattern HOST =
      Pattern.compile(
          "(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\\[[0-9a-fA-F:]+\\])(?::[0-9]{1,5})?");

  /// Throws [InvalidInput] when an insecure registry is no `HOST[:PORT]`.
  public RegistryOptions {
    mirrors = Map.copyOf(mirrors);
    insecure = Set.copyOf(insecure);
    insecure.forEach(RegistryOptions::checkInsecure);
  }

  /// With the certificates that `SSL_CERT_FILE` names.
  public RegistryOptions(Map<String, List<URI>> mirrors, Set<String> insecure, Path dockerConfig) {
    this(
        mirrors,
        insecure,
        dockerConfig,
        Optional.ofNullable(System.getenv("SSL_CERT_FILE"))
            .filter(f -> !f.isEmpty())
            .map(Path::of));
  }

  private static void checkInsecure(String host) {
    if (!HOST.matcher(host).matches()) {
      throw new InvalidInput(
          Problem.error("InvalidRegistry", "'" + host + "' is no registry")
              .help("expected HOST:PORT, for example registry.example.com:5000"));
    }
  }

  /// Reads `--registry-mirror HOST=URL` values; `URL` alone is a mirror of Docker Hub. Throws
  /// [InvalidInput].
  public static Map<String, List<URI>> parseMirrors(List<String> values) {
    Map<String, List<URI>> mirrors = new LinkedHashMap<>();
    for (String value : values) {
      int equals = value.indexOf('=');
      String host = equals < 0 ? "docker.io" : value.substring(0, equals);
      mirrors
          .computeIfAbsent(canonical(host), h -> new ArrayList<>())
          .add(mirror(host, value.substring(equals + 1)));
    }
    return mirrors;
  }

  private static String canonical(String host) {
    return host.equals("index.docker.io") || host.equals("registry-1.docker.io")
        ? "docker.io"
        : host;
  }

  private static URI mirror(String host, String url) {
    URI uri = null;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    if (!HOST.matcher(host).matches()
        || uri == null
        || uri.getHost() == null
        || uri.getScheme() == null
        || !uri.getScheme().matches("https?")
        || uri.getRawUserInfo() != null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null) {
      throw invalidMirror(host, uri, "is no registry mirror");
    }
    if (uri.getScheme().equals("http") && !Endpoint.isLoopback(uri.getHost())) {
      // Bytes are checked by digest, tags are not: whoever is on the way could choose the image.
      throw invalidMirror(host, uri, "is plain http, which only a mirror on this machine may be");
    }
    return uri;
  }

  /// The URL is not repeated when it has a password.
  private static InvalidInput invalidMirror(
      String host, @org.jspecify.annotations.Nullable URI uri, String what) {
    String shown = uri == null || uri.getRawUserInfo() != null ? host + "=..." : host + "=" + uri;
    return new InvalidInput(
        Problem.error("InvalidMirror", "'" + shown + "' " + what)
            .help("expected HOST=URL, for example docker.io=https://mirror.example.com"));
  }
}
