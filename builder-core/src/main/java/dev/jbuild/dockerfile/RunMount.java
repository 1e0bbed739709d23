package dev.jbuild.dockerfile;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/// A mount of a RUN step after expansion, checked.
///
/// @param from a stage, a named context or an image; absent: the build context
/// @param target absolute or relative to the working directory; may be absent for secrets and ssh
/// @param sizeBytes limit of a tmpfs
/// @param env name of the variable that gets a secret
public record RunMount(
    Type type,
    Optional<String> from,
    Optional<String> source,
    Optional<String> target,
    Optional<String> id,
    Sharing sharing,
    boolean readOnly,
    boolean required,
    OptionalInt mode,
    OptionalLong uid,
    OptionalLong gid,
    OptionalLong sizeBytes,
    Optional<String> env) {

  /// What is mounted.
  public enum Type {
    BIND,
    CACHE,
    TMPFS,
    SECRET,
    SSH
  }

  /// How concurrent steps use one cache.
  public enum Sharing {
    SHARED,
    PRIVATE,
    LOCKED
  }
}
