package dev.jbuild;

import dev.jbuild.execute.ExecuteOptions;
import dev.jbuild.export.ExportTarget;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.NamedContext;
import dev.jbuild.problem.SourceText;
import dev.jbuild.registry.RegistryOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A build request in the terms of the parts that carry it out.
///
/// @param context the build context; absent for a Dockerfile that needs none
/// @param dockerfile its path; absent: `Dockerfile` in the context
/// @param dockerfileText its text when it has no path (standard input)
/// @param brought directories among the contexts that were made for this build: what is in them
///   came from elsewhere, and no ignore file applies
/// @param onFailure where what a failed step left goes
/// @param sandbox name of the sandbox to use; absent: the best that works
record BuildTask(
    Optional<Path> context,
    Optional<Path> dockerfile,
    Optional<SourceText> dockerfileText,
    Optional<String> target,
    Map<String, String> buildArgs,
    Map<String, String> labels,
    List<Platform> platforms,
    Map<String, NamedContext> contexts,
    Map<Path, Brought> brought,
    String network,
    Set<String> entitlements,
    ExecuteOptions execute,
    Optional<String> sandbox,
    RegistryOptions registry,
    BuildRequest.SharedCaches caches,
    List<ExportTarget> exports,
    Optional<ExportTarget> onFailure) {

  BuildTask {
    buildArgs = Map.copyOf(buildArgs);
    labels = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(labels));
    platforms = List.copyOf(platforms);
    contexts = Map.copyOf(contexts);
    brought = Map.copyOf(brought);
    entitlements = Set.copyOf(entitlements);
    exports = List.copyOf(exports);
  }

  /// Where the files of a directory came from.
  ///
  /// @param from for people
  /// @param gitModes whether they have the modes that git keeps
  record Brought(String from, boolean gitModes) {}
}
