package dev.jbuild.cli.progress;

import dev.jbuild.event.BuildState;
import java.util.List;
import java.util.Optional;

/// What a failed step said last.
public final class FailureText {

  private static final String RULE = "------";

  private FailureText() {}

  /// The title and the last lines of the step that failed; empty when none did or it said nothing.
  public static String lastLines(BuildState state) {
    Optional<BuildState.StepState> failed = state.failed();
    List<String> lines = failed.map(step -> step.tail().lines()).orElse(List.of());
    if (failed.isEmpty() || lines.isEmpty()) {
      return "";
    }
    StringBuilder text = new StringBuilder(RULE).append("\n > ");
    text.append(PlainDisplay.title(failed.get().title())).append(":\n");
    for (String line : lines) {
      text.append(OutputLines.clean(line)).append('\n');
    }
    return text.append(RULE).append('\n').toString();
  }
}
