package dev.jbuild.dockerfile.check;

import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// What is known of the base images of a Dockerfile while it is checked.
///
/// @param images by name as FROM has it, expanded; empty for an image of which nothing is known,
///   whose variables are then never called undefined
/// @param noticed warnings of whoever looked the images up: those whose code is a rule's are
///   findings
public record BaseFacts(Function<String, Optional<Base>> images, List<Problem> noticed) {

  /// Nothing.
  public static final BaseFacts NONE = new BaseFacts(image -> Optional.empty(), List.of());

  /// A base image.
  ///
  /// @param variables names that its environment sets
  /// @param workdir whether it has a working directory of its own
  public record Base(Set<String> variables, boolean workdir) {

    /// One that sets nothing.
    public static final Base PLAIN = new Base(Set.of(), false);

    public Base {
      variables = Set.copyOf(variables);
    }
  }

  public BaseFacts {
    noticed = List.copyOf(noticed);
  }
}
