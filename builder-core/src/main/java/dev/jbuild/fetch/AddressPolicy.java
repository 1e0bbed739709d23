package dev.jbuild.fetch;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.registry.EnvironmentProxies;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;

/// Which addresses a build may download from. Link-local ones are where clouds tell a machine its
/// own secrets: they are refused unless `--allow fetch.link-local` is given.
///
/// @param linkLocal whether link-local addresses may be asked
record AddressPolicy(boolean linkLocal) {

  /// The address of a source. Throws [InvalidInput] when it is none that may be asked.
  URI check(String url) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new InvalidInput(Problem.error("InvalidUrl", "invalid URL: " + shown(url)));
    }
    return check(uri);
  }

  URI check(URI uri) {
    String scheme = uri.getScheme();
    if (scheme == null
        || !(scheme.equalsIgnoreCase("http") || scheme.equalsIgnoreCase("https"))
        || uri.getHost() == null) {
      throw new InvalidInput(
          Problem.error("InvalidUrl", "not an http or https URL: " + shown(uri.toString())));
    }
    if (!linkLocal) {
      refuseLinkLocal(uri);
    }
    return uri;
  }

  private static void refuseLinkLocal(URI uri) {
    try {
      for (InetAddress address : InetAddress.getAllByName(uri.getHost())) {
        if (address.isLinkLocalAddress()) {
          throw new InvalidInput(
              Problem.error(
                      "AddressRefused",
                      uri.getHost()
                          + " is a link-local address, which builds may not download from")
                  .help("if that is meant: --allow fetch.link-local"));
        }
      }
    } catch (UnknownHostException e) {
      if (EnvironmentProxies.INSTANCE.select(uri).getFirst().type() != Proxy.Type.DIRECT) {
        // The proxy knows the name.
        return;
      }
      throw new Unavailable(
          Problem.error("DownloadFailed", uri.getHost() + ": unknown host")
              .help("is the name right, and the network reachable?"),
          e);
    }
  }

  /// Credentials are not for everybody on the way.
  static void refuseInTheClear(URI uri) {
    if (uri.getScheme().equalsIgnoreCase("http") && !EnvironmentProxies.isLoopback(uri.getHost())) {
      throw new InvalidInput(
          Problem.error(
                  "CredentialsInTheClear",
                  "credentials for " + uri.getHost() + " would be sent over plain http")
              .help("use https"));
    }
  }

  /// A URL for people: without user name and password, and without its query.
  static String shown(String url) {
    return url.replaceFirst("^([A-Za-z][A-Za-z0-9+.-]*://)[^/?#]*@", "$1")
        .replaceFirst("\\?.*", "");
  }
}
