package dev.jbuild.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Credentials as `docker login` keeps them: `config.json` and the helpers it names.
final class Credentials {

  /// A helper's name becomes the name of a program to run.
  private static final Pattern HELPER = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

  private Credentials() {}

  /// @param registry as the user names it, `docker.io` for Docker Hub
  static Optional<Credential> find(Path dockerConfig, String registry, String repository) {
    Path file = dockerConfig.resolve("config.json");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
    checkHelpers(file);
    try {
      String name = registry.equals("docker.io") ? "registry-1.docker.io" : registry;
      return CredentialRetrieverFactory.forImage(
              com.google.cloud.tools.jib.api.ImageReference.parse(name + "/" + repository),
              event -> {})
          .dockerConfig(file)
          .retrieve();
    } catch (CredentialRetrievalException e) {
      throw new AuthenticationFailed(
          Problem.error(
                  "CredentialHelperFailed",
                  "the credentials for " + registry + " cannot be read from " + file)
              .help("log in again, or remove the helper that fails"),
          e);
    } catch (InvalidImageReferenceException e) {
      return Optional.empty();
    }
  }

  private static void checkHelpers(Path file) {
    List<String> names = new ArrayList<>();
    try {
      JsonNode config = new ObjectMapper().readTree(Files.readAllBytes(file));
      names.add(config.path("credsStore").asText(""));
      config.path("credHelpers").forEach(helper -> names.add(helper.asText("")));
    } catch (IOException e) {
      // The cause is not kept: it may quote the file.
      throw new AuthenticationFailed(
          Problem.error("InvalidDockerConfig", file + " cannot be read, or is no JSON")
              .help("log in again, or name another directory with DOCKER_CONFIG"));
    }
    for (String name : names) {
      if (!name.isEmpty() && !HELPER.matcher(name).matches()) {
        throw new AuthenticationFailed(
            Problem.error(
                    "InvalidDockerConfig",
                    file + ": '" + name + "' is no name of a credential helper")
                .help("expected a name like 'ecr-login', for docker-credential-ecr-login"));
      }
    }
  }
}
