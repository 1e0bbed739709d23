package dev.jbuild.fetch;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// What a build may fetch, and as whom.
///
/// @param secrets of the build, among them what servers want to see
/// @param agents of the build: sockets of ssh agents, or files with private keys, by id; git over
///   ssh uses `default`, else the only one, else the agent and the keys of the user
/// @param linkLocal whether link-local addresses may be downloaded from
/// @param maxBytes of one download
public record FetchOptions(
    Map<String, byte[]> secrets, Map<String, List<Path>> agents, boolean linkLocal, long maxBytes) {

  /// 64 GiB.
  public static final long MAX_BYTES = 64L << 30;

  public static final FetchOptions DEFAULT = new FetchOptions(Map.of(), Map.of(), false, MAX_BYTES);

  public FetchOptions {
    secrets = Map.copyOf(secrets);
    agents = Map.copyOf(agents);
  }

  @Override
  public String toString() {
    return "FetchOptions[secrets=" + secrets.keySet() + ", agents=" + agents.keySet() + "]";
  }
}
