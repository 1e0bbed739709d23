package dev.jbuild.execute;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What run steps may see and nobody may find in an image.
///
/// @param secrets by id; handed to the steps that mount them, and to nothing else
/// @param agents by id: the socket of an ssh agent, or files with private keys
/// @param leakGuard whether a step fails that leaves a secret in what it makes
public record Confidential(
    Map<String, byte[]> secrets, Map<String, List<Path>> agents, boolean leakGuard) {

  public Confidential {
    secrets = Map.copyOf(secrets);
    agents = Map.copyOf(agents);
  }

  @Override
  public String toString() {
    return "Confidential[secrets=" + secrets.keySet() + ", agents=" + agents.keySet() + "]";
  }
}
