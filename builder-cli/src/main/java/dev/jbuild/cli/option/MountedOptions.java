package dev.jbuild.cli.option;

import dev.jbuild.BuildRequest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/// Secrets and agents that mounts of RUN steps ask for.
public final class MountedOptions {

  @Option(
      names = "--secret",
      paramLabel = "id=ID[,src=PATH|,env=NAME]",
      description = "A secret for RUN --mount=type=secret")
  List<String> secrets = new ArrayList<>();

  @Option(
      names = "--ssh",
      paramLabel = "default|ID[=SOCKET|KEY[,KEY]]",
      description = "An ssh agent for RUN --mount=type=ssh: the one of SSH_AUTH_SOCK, or keys")
  List<String> agents = new ArrayList<>();

  /// Reads the secrets.
  ///
  /// @param leakGuard whether a step fails that leaves one of them
  public BuildRequest.Confidential confidential(
      Map<String, String> environment, boolean leakGuard) {
    return new BuildRequest.Confidential(secrets(environment), agents(environment), leakGuard);
  }

  private Map<String, byte[]> secrets(Map<String, String> environment) {
    Map<String, byte[]> values = new LinkedHashMap<>();
    for (String each : secrets) {
      SecretOption secret = SecretOption.parse(each, environment);
      values.put(secret.id(), secret.read(environment));
    }
    return values;
  }

  private Map<String, List<Path>> agents(Map<String, String> environment) {
    Map<String, List<Path>> paths = new LinkedHashMap<>();
    for (String each : agents) {
      SshOption agent = SshOption.parse(each, environment);
      if (paths.put(agent.id(), agent.paths()) != null) {
        throw UsageException.invalid("--ssh", "the agent '" + agent.id() + "' is given twice");
      }
    }
    return paths;
  }
}
