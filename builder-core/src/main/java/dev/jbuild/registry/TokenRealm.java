package dev.jbuild.registry;

import java.net.URL;
import java.util.List;

/// Which host may be asked for a token on a registry's word: its own, one of the same domain, and
/// Docker Hub's.
final class TokenRealm {

  private TokenRealm() {}

  static boolean mayServe(URL url, Endpoint endpoint) {
    String realm = url.getHost();
    String registry = endpoint.host().replaceFirst(":\\d+$", "");
    boolean secure = url.getProtocol().equals("https");
    boolean loopback = Endpoint.isLoopback(realm) && Endpoint.isLoopback(registry);
    if (url.getUserInfo() != null || !(secure || loopback)) {
      return false;
    }
    return loopback || realm.equals(registry) || domain(realm).equals(domain(registry));
  }

  /// The last two labels, or the whole of an address. Public suffixes of two labels make this
  /// stricter than needed for nobody: such registries serve their own tokens.
  private static String domain(String host) {
    if (host.matches("[0-9.]+") || host.startsWith("[")) {
      return host;
    }
    List<String> labels = List.of(host.split("\\."));
    return labels.size() < 3
        ? host
        : String.join(".", labels.subList(labels.size() - 2, labels.size()));
  }
}
