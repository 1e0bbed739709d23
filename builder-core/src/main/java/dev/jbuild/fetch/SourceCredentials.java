package dev.jbuild.fetch;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Who a build is to servers of files: secrets by the names that Docker gives them
/// (`HTTP_AUTH_HEADER_host`, `HTTP_AUTH_TOKEN_host`, `GIT_AUTH_HEADER`, `GIT_AUTH_TOKEN`), or what
/// is in the URL itself. A credential belongs to one origin and is given to no other.
record SourceCredentials(Map<String, byte[]> secrets) {

  SourceCredentials {
    secrets = Map.copyOf(secrets);
  }

  /// The value of the Authorization header for `uri`.
  Optional<String> http(URI uri) {
    for (String host : hosts(uri)) {
      Optional<String> header = secret("HTTP_AUTH_HEADER_" + host);
      if (header.isPresent()) {
        return header;
      }
      Optional<String> token = secret("HTTP_AUTH_TOKEN_" + host);
      if (token.isPresent()) {
        return token.map(t -> "Bearer " + t);
      }
    }
    return Optional.ofNullable(uri.getUserInfo()).map(SourceCredentials::basic);
  }

  /// The value of the Authorization header for a repository over http.
  Optional<String> git(URI uri) {
    for (String host : hosts(uri)) {
      Optional<String> own = git("." + host);
      if (own.isPresent()) {
        return own;
      }
    }
    return git("")
        .or(() ->
            Optional.ofNullable(uri.getUserInfo())
                .map(user -> basic(user.contains(":") ? user : user + ":")));
  }

  private Optional<String> git(String suffix) {
    return secret("GIT_AUTH_HEADER" + suffix)
        .or(() -> secret("GIT_AUTH_TOKEN" + suffix).map(t -> basic("x-access-token:" + t)));
  }

  private static List<String> hosts(URI uri) {
    String host = uri.getHost() == null ? "" : uri.getHost();
    return uri.getPort() < 0 ? List.of(host) : List.of(host + ":" + uri.getPort(), host);
  }

  private Optional<String> secret(String name) {
    return Optional.ofNullable(secrets.get(name))
        .map(value -> new String(value, StandardCharsets.UTF_8).strip());
  }

  private static String basic(String userAndPassword) {
    return "Basic "
        + Base64.getEncoder().encodeToString(userAndPassword.getBytes(StandardCharsets.UTF_8));
  }
}
