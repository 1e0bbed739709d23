package dev.jbuild.plan;

import dev.jbuild.oci.Platform;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What the user asks of a build, as far as planning needs it.
///
/// @param target stage to build; absent: the last
/// @param platforms what to build for; empty: for [#buildPlatform], and the image says it is for
///   what its base is for
/// @param entitlements what RUN steps may ask for beyond the sandbox: `network.host`,
///   `security.insecure`, `device`
public record PlanOptions(
    Optional<String> target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    List<Platform> platforms,
    Platform buildPlatform,
    Map<String, NamedContext> contexts,
    String defaultNetwork,
    Set<String> entitlements) {

  public PlanOptions {
    target = target.filter(name -> !name.isEmpty());
    buildArgs = Map.copyOf(buildArgs);
    labels = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(labels));
    platforms = List.copyOf(platforms);
    contexts = Map.copyOf(contexts);
    entitlements = Set.copyOf(entitlements);
  }

  PlanOptions withBuildArgs(Map<String, String> args) {
    return new PlanOptions(
        target, args, labels, platforms, buildPlatform, contexts, defaultNetwork, entitlements);
  }
}
