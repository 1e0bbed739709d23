package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;

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

  /// Expands and checks a flag. Throws [InvalidInput] at the flag's place.
  public static RunMount resolve(MountFlag flag, UnaryOperator<String> expand) {
    try {
      return MountResolver.resolve(flag, expand);
    } catch (SyntaxError e) {
      throw new InvalidInput(Problem.error(e.code(), e.text()).at(flag.span()));
    }
  }
}
