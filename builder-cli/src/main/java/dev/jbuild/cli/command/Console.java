package dev.jbuild.cli.command;

import dev.jbuild.cli.progress.Terminal;
import dev.jbuild.problem.ProblemRenderer;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/// The streams and surroundings of one run of the command line.
///
/// @param out results only
/// @param err everything else
/// @param environment variables of the process
/// @param terminal what `err` leads to
public record Console(
    InputStream in,
    PrintStream out,
    PrintStream err,
    Map<String, String> environment,
    Terminal terminal) {

  private static final int WIDTH = 120;

  /// Whether displays may move the cursor: a terminal that can, and not a CI job that pretends.
  public boolean isInteractive() {
    return terminal.isTerminal()
        && !"dumb".equals(environment.get("TERM"))
        && !isSet("CI")
        && !isSet("JBUILD_PLAIN");
  }

  /// The renderer of problems for `err`.
  public ProblemRenderer problems() {
    boolean colour =
        terminal.isTerminal() && !isSet("NO_COLOR") && !"dumb".equals(environment.get("TERM"));
    return new ProblemRenderer(colour, terminal.isTerminal() ? terminal.size().columns() : WIDTH);
  }

  private boolean isSet(String variable) {
    String value = environment.getOrDefault(variable, "");
    return !value.isEmpty() && !value.equals("false") && !value.equals("0");
  }
}
