package dev.jbuild.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.util.Optional;

/// What went wrong at a registry, in one line: which, what it said, and what to do.
final class Failures {

  private static final int LONGEST = 200;

  private Failures() {}

  static BuildException pull(Exception e, Endpoint endpoint, ImageReference reference) {
    if (status(e) == 404) {
      return new InvalidInput(
          Problem.error("ImageNotFound", reference.familiar() + ": not found")
              .help(
                  "asked "
                      + endpoint
                      + ": check the name and the tag; without docker login a private image looks"
                      + " like this too"),
          e);
    }
    return of(
        e,
        endpoint,
        reference,
        "pull access denied, the repository does not exist or wants a login");
  }

  static BuildException push(Exception e, Endpoint endpoint, ImageReference reference) {
    return of(e, endpoint, reference, "push access denied");
  }

  private static BuildException of(
      Exception e, Endpoint endpoint, ImageReference reference, String denied) {
    int status = status(e);
    String place = reference.familiar() + ": " + endpoint.host() + ": ";
    String answer = status + said(e).map(s -> ", " + s).orElse("");
    if (response(e).filter(ResponseException::requestAuthorizationCleared).isPresent()) {
      return new AuthenticationFailed(
          Problem.error("CredentialsNotSent", place + "credentials are not sent over plain http")
              .help("use a registry with TLS"),
          e);
    }
    if (status == 401 || status == 403 || e instanceof RegistryUnauthorizedException) {
      return new AuthenticationFailed(
          Problem.error("NotAuthorized", place + denied + (status > 0 ? " (" + answer + ")" : ""))
              .help("docker login " + reference.registry() + ", or check the account's rights"),
          e);
    }
    String mirror = "--registry-mirror " + reference.registry() + "=URL";
    if (status == 429) {
      return new Unavailable(
          Problem.error("TooManyRequests", place + "too many requests (" + answer + ")")
              .help("log in, wait, or use a mirror: " + mirror),
          e);
    }
    return new Unavailable(
        Problem.error("RegistryUnavailable", place + (status > 0 ? answer : reason(e)))
            .help("is the registry reachable from here? a mirror is set with " + mirror),
        e);
  }

  static Optional<ResponseException> response(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ResponseException response) {
        return Optional.of(response);
      }
    }
    return Optional.empty();
  }

  static int status(Throwable e) {
    return response(e).map(ResponseException::getStatusCode).orElse(0);
  }

  /// The registry's own words (distribution spec, error codes).
  private static Optional<String> said(Throwable e) {
    String content = response(e).map(ResponseException::getContent).orElse("");
    try {
      JsonNode error = new ObjectMapper().readTree(content == null ? "" : content);
      JsonNode first = error.path("errors").path(0);
      String text =
          first.path("message").asText(first.path("code").asText(error.path("details").asText("")));
      return text.isEmpty() ? Optional.empty() : Optional.of(cut(text));
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && !(root instanceof java.net.ConnectException)) {
      root = root.getCause();
    }
    String text = String.valueOf(root.getMessage()).lines().findFirst().orElse("failed");
    return switch (root) {
      case java.net.UnknownHostException unknown -> "unknown host";
      case java.net.ConnectException refused -> "cannot connect";
      case java.net.SocketTimeoutException slow -> "no answer in time";
      case javax.net.ssl.SSLException insecure -> "TLS: " + cut(text);
      case java.security.GeneralSecurityException insecure -> "TLS: " + cut(text);
      default -> cut(text);
    };
  }

  private static String cut(String text) {
    String safe = SafeText.line(text);
    return safe.length() > LONGEST ? safe.substring(0, LONGEST) + "..." : safe;
  }
}
