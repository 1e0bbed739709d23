package dev.jbuild.cli.progress;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// What standard error leads to.
public interface Terminal {

  /// Lines and columns.
  record Size(int rows, int columns) {

    /// What terminals have when nobody says.
    public static final Size USUAL = new Size(24, 80);
  }

  boolean isTerminal();

  /// The size now; not cheap.
  Size size();

  /// A file or a pipe.
  static Terminal none() {
    return new Terminal() {
      @Override
      public boolean isTerminal() {
        return false;
      }

      @Override
      public Size size() {
        return Size.USUAL;
      }
    };
  }

  /// This process's. Asks `stty` for the size: that needs no native code here.
  static Terminal system() {
    return new Terminal() {
      @Override
      public boolean isTerminal() {
        try {
          String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
          return target.startsWith("/dev/pts/")
              || target.startsWith("/dev/tty")
              || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException e) {
          java.io.Console console = System.console();
          return console != null && console.isTerminal();
        }
      }

      @Override
      public Size size() {
        return TerminalSize.ask();
      }
    };
  }

  /// Runs `stty`.
  final class TerminalSize {

    private TerminalSize() {}

    static Size ask() {
      try {
        Process stty =
            new ProcessBuilder("stty", "-F", "/dev/stderr", "size")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .redirectInput(ProcessBuilder.Redirect.INHERIT)
                .start();
        String answer;
        try (var out = stty.getInputStream()) {
          answer = new String(out.readNBytes(64), StandardCharsets.US_ASCII).strip();
        }
        if (stty.waitFor(1, TimeUnit.SECONDS) && answer.matches("\\d{1,4} \\d{1,4}")) {
          String[] numbers = answer.split(" ");
          Size size = new Size(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]));
          return size.rows() > 0 && size.columns() > 0 ? size : Size.USUAL;
        }
      } catch (IOException e) {
        // No stty: the usual size will do.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return Size.USUAL;
    }
  }
}
