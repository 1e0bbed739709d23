package dev.jbuild.cli.option;

import dev.jbuild.dockerfile.Nearest;
import java.util.Locale;
import java.util.Set;

/// How the build is shown.
public final class ProgressOptions extends OptionGroup {

  private static final Set<String> MODES =
      Set.of("auto", "plain", "tty", "rawjson", "quiet", "none");

  private final Value progress =
      value("--progress", "auto|plain|tty|rawjson|quiet", "How progress is shown, on stderr");

  private final Flag quiet = flag("-q, --quiet", "Show only the digest and errors");

  /// A way to show progress.
  public enum Mode {
    AUTO,
    PLAIN,
    TTY,
    RAWJSON,
    QUIET
  }

  public Mode mode() {
    String asked = progress.or("auto");
    if (!MODES.contains(asked)) {
      throw UsageException.invalid(
          "--progress",
          "unknown mode '" + asked + "'" + Nearest.hint(asked, MODES),
          "auto, plain, tty, rawjson or quiet");
    }
    if (quiet.isGiven() || asked.equals("none")) {
      return Mode.QUIET;
    }
    return Mode.valueOf(asked.toUpperCase(Locale.ROOT));
  }
}
