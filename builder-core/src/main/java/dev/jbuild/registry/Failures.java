package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;

/// What went wrong at a registry, in one line: which, what it said, and what to do.
final class Failures {

  private Failures() {}

  static BuildException of(Exception e, Endpoint endpoint, ImageReference reference) {
    int status = status(e);
    String name = reference.familiar();
    if (status == 404) {
      return new InvalidInput(
          Problem.error("ImageNotFound", name + ": not found at " + endpoint.host())
              .help(
                  "check the name and the tag; a private image looks like this too without docker login"),
          e);
    }
    if (status == 401 || status == 403 || e instanceof RegistryUnauthorizedException) {
      return new AuthenticationFailed(
          Problem.error(
                  "NotAuthorized",
                  name
                      + ": "
                      + endpoint.host()
                      + " does not allow it ("
                      + (status > 0 ? status : "unauthorized")
                      + ")")
              .help(
                  "docker login " + reference.registry() + ", or check the access of the account"),
          e);
    }
    if (status == 429) {
      return new Unavailable(
          Problem.error(
                  "TooManyRequests",
                  name + ": " + endpoint.host() + " answers 429, too many requests")
              .help(
                  "log in, wait, or use a mirror: --registry-mirror "
                      + reference.registry()
                      + "=URL"),
          e);
    }
    return new Unavailable(
        Problem.error(
                "RegistryUnavailable",
                name
                    + ": "
                    + endpoint.host()
                    + ": "
                    + (status > 0 ? "status " + status : reason(e)))
            .help(
                "is the registry reachable from here? a mirror is set with --registry-mirror "
                    + reference.registry()
                    + "=URL"),
        e);
  }

  private static int status(Throwable e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ResponseException response) {
        return response.getStatusCode();
      }
    }
    return 0;
  }

  private static String reason(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null && root.getMessage() == null) {
      root = root.getCause();
    }
    return switch (root) {
      case java.net.UnknownHostException unknown -> "unknown host " + unknown.getMessage();
      case java.net.ConnectException connect -> "cannot connect: " + connect.getMessage();
      default -> String.valueOf(root.getMessage()).lines().findFirst().orElse("failed");
    };
  }
}
