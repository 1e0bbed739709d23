package dev.jbuild.cli.option;

import dev.jbuild.dockerfile.Nearest;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/// How the build is shown.
public final class ProgressOptions {

  private static final Set<String> MODES =
      Set.of("auto", "plain", "tty", "rawjson", "quiet", "none");

  @Option(
      names = "--progress",
      paramLabel = "auto|plain|tty|rawjson|quiet",
      description = "How progress is shown, on stderr")
  String progress = "auto";

  @Option(
      names = {"-q", "--quiet"},
      description = "Show only the digest and errors")
  boolean quiet;

  /// A way to show progress.
  public enum Mode {
    AUTO,
    PLAIN,
    TTY,
    RAWJSON,
    QUIET
  }

  public Mode mode() {
    if (!MODES.contains(progress)) {
      throw UsageException.invalid(
          "--progress",
          "unknown mode '" + progress + "'" + Nearest.hint(progress, MODES),
          "auto, plain, tty, rawjson or quiet");
    }
    if (quiet || progress.equals("none")) {
      return Mode.QUIET;
    }
    return Mode.valueOf(progress.toUpperCase(Locale.ROOT));
  }
}
