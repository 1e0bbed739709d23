package dev.jbuild.registry;

import java.net.URL;
import java.util.List;
import java.util.Locale;

/// Which host may be asked for a token on a registry's word: its own and those of the same domain.
/// Docker Hub's `auth.docker.io` is one of the latter.
final class TokenRealm {

  private TokenRealm() {}

  /// Whether the registry may send its clients there; in the clear only on this machine, or to a
  /// registry that is spoken to in the clear anyway.
  static boolean mayServe(URL url, Endpoint endpoint) {
    String realm = name(url.getHost());
    String registry = name(endpoint.host().replaceFirst(":\\d+$", ""));
    if (url.getUserInfo() != null || realm.isEmpty()) {
      return false;
    }
    boolean loopback = Endpoint.isLoopback(realm);
    if (loopback != Endpoint.isLoopback(registry)) {
      return false;
    }
    if (url.getProtocol().equals("https")) {
      return loopback || realm.equals(registry) || sameDomain(realm, registry);
    }
    return url.getProtocol().equals("http")
        && (loopback || endpoint.owns(url) && endpoint.security() != Endpoint.Security.TLS);
  }

  private static String name(String host) {
    String lower = host.toLowerCase(Locale.ROOT);
    return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
  }

  private static boolean sameDomain(String a, String b) {
    return isName(a) && isName(b) && domain(a).equals(domain(b)) && isOwned(domain(a));
  }

  private static boolean isName(String host) {
    return !host.matches("[0-9.]+") && host.indexOf(':') < 0 && host.indexOf('.') > 0;
  }

  /// The last two labels, three where the last two look like a public suffix (`co.uk`).
  private static String domain(String host) {
    List<String> labels = List.of(host.split("\\.", -1));
    int size = labels.size();
    boolean country = size > 2 && labels.get(size - 1).length() == 2;
    boolean suffix = country && labels.get(size - 2).length() <= 3;
    return String.join(".", labels.subList(Math.max(0, size - (suffix ? 3 : 2)), size));
  }

  /// Domains below which everybody gets a host are nobody's.
  private static boolean isOwned(String domain) {
    return !List.of(
            "amazonaws.com",
            "azurecr.io",
            "azurewebsites.net",
            "cloudfront.net",
            "github.io",
            "herokuapp.com",
            "run.app",
            "windows.net",
            "pkg.dev",
            "appspot.com")
        .contains(domain);
  }
}
