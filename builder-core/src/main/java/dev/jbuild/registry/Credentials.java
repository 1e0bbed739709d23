package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.InvalidImageReferenceException;
import com.google.cloud.tools.jib.frontend.CredentialRetrieverFactory;
import com.google.cloud.tools.jib.registry.credentials.CredentialRetrievalException;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Credentials as `docker login` keeps them: `config.json` and the helpers it names.
final class Credentials {

  private Credentials() {}

  /// @param registry as the user names it, `docker.io` for Docker Hub
  static Optional<Credential> find(Path dockerConfig, String registry, String repository) {
    Path file = dockerConfig.resolve("config.json");
    if (!Files.isReadable(file)) {
      return Optional.empty();
    }
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
}
