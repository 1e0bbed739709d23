package dev.jbuild.plan.outline;

import dev.jbuild.problem.SourceSpan;
import java.util.List;
import java.util.Optional;

/// What a target and the stages it needs can be given.
///
/// @param target name of the stage, where it has one
/// @param description the comment above it that begins with its name
public record Outline(
    Optional<String> target,
    Optional<String> description,
    List<Argument> arguments,
    List<Mount> secrets,
    List<Mount> ssh,
    List<Mount> caches) {

  public Outline {
    arguments = List.copyOf(arguments);
    secrets = List.copyOf(secrets);
    ssh = List.copyOf(ssh);
    caches = List.copyOf(caches);
  }

  /// A build argument.
  ///
  /// @param value as it would be in this build; absent when it has none
  public record Argument(
      String name, Optional<String> value, Optional<String> description, SourceSpan span) {}

  /// Something that a RUN mounts, by its id.
  public record Mount(String id, boolean required, SourceSpan span) {}
}
