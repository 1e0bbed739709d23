package dev.jbuild.plan;

import dev.jbuild.oci.Platform;
import dev.jbuild.problem.SourceSpan;
import java.util.Optional;

/// Where a step comes from, for people.
///
/// @param stage the stage's name, else `stage-1`; empty when the only stage has no name
/// @param number position within the stage, 1-based, counting the instructions that make steps
/// @param of how many the stage has
/// @param text the instruction after expansion as the log shows it, `RUN make`
/// @param platform the only platform that needs the step, when the build has several
public record Origin(
    String stage, int number, int of, String text, SourceSpan span, Optional<Platform> platform) {

  /// `[builder 2/5] RUN make`, `[linux/arm64 builder 2/5] RUN make`.
  public String title() {
    return "["
        + platform.map(p -> p + " ").orElse("")
        + (stage.isEmpty() ? "" : stage + " ")
        + number
        + "/"
        + of
        + "] "
        + text;
  }
}
