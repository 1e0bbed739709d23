package dev.jbuild.cache.github;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.registry.EnvironmentProxies;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/// Where the cache service of a job is, and the token that lets in.
///
/// @param service ends with a slash
/// @param timeout of each request, with what it sends or brings
public record WorkflowAccess(URI service, String token, Duration timeout) {

  private static final String ADDRESS = "ACTIONS_RESULTS_URL";
  private static final String TOKEN = "ACTIONS_RUNTIME_TOKEN";

  /// Reads the attributes `url_v2` and `token`, or else what the job's environment says.
  ///
  /// Throws [Unavailable] outside a workflow, [InvalidInput] when the address is none.
  public static WorkflowAccess of(
      Map<String, String> attributes, Map<String, String> environment, Duration timeout) {
    Optional<String> address = either(attributes, "url_v2", environment, ADDRESS);
    Optional<String> token = either(attributes, "token", environment, TOKEN);
    if (address.isEmpty() || token.isEmpty()) {
      String missing =
          address.isPresent() ? TOKEN : token.isPresent() ? ADDRESS : ADDRESS + " and " + TOKEN;
      throw new Unavailable(
          Problem.error("NotInWorkflow", "type=gha needs " + missing)
              .help(
                  "in a workflow, let a step `uses: crazy-max/ghaction-github-runtime@v3` come"
                      + " first: GitHub tells these to actions only"));
    }
    String text = address.get();
    return new WorkflowAccess(
        checked(text.endsWith("/") ? text : text + "/"), token.get().strip(), timeout);
  }

  private static Optional<String> either(
      Map<String, String> first, String name, Map<String, String> second, String otherName) {
    return Optional.ofNullable(first.get(name))
        .filter(v -> !v.isBlank())
        .or(() -> Optional.ofNullable(second.get(otherName)).filter(v -> !v.isBlank()));
  }

  private static URI checked(String text) {
    try {
      URI uri = URI.create(text);
      if (isSafe(uri) && uri.getRawQuery() == null) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below.
    }
    throw new InvalidInput(
        Problem.error("InvalidUrl", "type=gha: the address of the cache service is none")
            .help("url_v2 or ACTIONS_RESULTS_URL must be an https URL"));
  }

  /// Whether what is sent there cannot be read on the way.
  static boolean isSafe(URI uri) {
    return uri.getHost() != null
        && uri.getRawUserInfo() == null
        && ("https".equals(uri.getScheme())
            || ("http".equals(uri.getScheme()) && EnvironmentProxies.isLoopback(uri.getHost())));
  }

  /// Without the token.
  @Override
  public String toString() {
    return "WorkflowAccess[" + service + "]";
  }
}
