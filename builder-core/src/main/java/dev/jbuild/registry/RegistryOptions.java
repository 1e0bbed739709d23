package dev.jbuild.registry;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// How registries are reached.
///
/// @param mirrors for a registry, where to pull from first, in order
/// @param insecure registries, as `HOST:PORT`, that are spoken to without TLS; loopback ones need
///   not be listed
/// @param dockerConfig the directory of `config.json` with credentials
public record RegistryOptions(
    Map<String, List<URI>> mirrors, Set<String> insecure, Path dockerConfig) {

  public RegistryOptions {
    mirrors = Map.copyOf(mirrors);
    insecure = Set.copyOf(insecure);
  }

  /// Reads `--registry-mirror HOST=URL` values. Throws [InvalidInput].
  public static Map<String, List<URI>> parseMirrors(List<String> values) {
    Map<String, List<URI>> mirrors = new LinkedHashMap<>();
    for (String value : values) {
      int equals = value.indexOf('=');
      String host = equals < 0 ? "docker.io" : value.substring(0, equals);
      String url = value.substring(equals + 1);
      try {
        URI uri = URI.create(url);
        if (uri.getHost() == null
            || uri.getScheme() == null
            || !uri.getScheme().matches("https?")
            || uri.getUserInfo() != null) {
          throw new IllegalArgumentException(url);
        }
        mirrors.computeIfAbsent(host, h -> new ArrayList<>()).add(uri);
      } catch (IllegalArgumentException e) {
        throw new InvalidInput(
            Problem.error("InvalidMirror", "'" + value + "' is no registry mirror")
                .help("expected HOST=URL, for example docker.io=https://mirror.example.com"));
      }
    }
    return mirrors;
  }
}
