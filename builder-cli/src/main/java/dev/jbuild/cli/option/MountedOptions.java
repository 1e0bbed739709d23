package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Secrets and agents that mounts of RUN steps ask for.
public final class MountedOptions extends OptionGroup {

  private final Values secrets =
      values("--secret", "id=ID[,src=PATH|,env=NAME]", "A secret for RUN --mount=type=secret");

  private final Values agents =
      values(
          "--ssh",
          "default|ID[=SOCKET|KEY[,KEY]]",
          "An ssh agent for RUN --mount=type=ssh: the one of SSH_AUTH_SOCK, or keys");

  /// Reads the secrets.
  ///
  /// @param leakGuard whether a step fails that leaves one of them
  public BuildRequest.Confidential confidential(
      Map<String, String> environment, boolean leakGuard) {
    return new BuildRequest.Confidential(secrets(environment), agents(environment), leakGuard);
  }

  private Map<String, byte[]> secrets(Map<String, String> environment) {
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (String each : secrets.list()) {
      SecretOption secret = SecretOption.parse(each, environment);
      values.put(secret.id(), secret.read(environment));
    }
    return values;
  }

  private Map<String, List<Path>> agents(Map<String, String> environment) {
    Map<String, List<Path>> paths = new LinkedHashMap<>();
    for (String each : agents.list()) {
      SshOption agent = SshOption.parse(each, environment);
      if (paths.put(agent.id(), agent.paths()) != null) {
        throw UsageException.invalid("--ssh", "the agent '" + agent.id() + "' is given twice");
      }
    }
    return paths;
  }
}
