package dev.jbuild.plan;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.time.Instant;
import java.util.Optional;

/// Asks sources from outside when they were last changed, for a `SOURCE_DATE_EPOCH` that names one.
@FunctionalInterface
public interface SourceTimes {

  /// Knows the times of what is on this machine, which is none.
  SourceTimes LOCAL =
      source ->
          switch (source) {
            case SourceSpec.Context context -> Optional.empty();
            case SourceSpec.Inline inline -> Optional.empty();
            case SourceSpec.Http http -> throw notYet(http.place());
            case SourceSpec.Git git -> throw notYet(git.place());
          };

  /// The time of a commit, the Last-Modified of a download, else of the newest file in it when it
  /// is a tar archive. Absent for what has no such time: a directory of this machine.
  ///
  /// Throws `Unavailable` when the source does not answer.
  Optional<Instant> lastChanged(SourceSpec source);

  private static InvalidInput notYet(String url) {
    return new InvalidInput(
        Problem.error("NotSupportedYet", "SOURCE_DATE_EPOCH from " + url + " is not supported yet")
            .help("give the seconds since 1970"));
  }
}
