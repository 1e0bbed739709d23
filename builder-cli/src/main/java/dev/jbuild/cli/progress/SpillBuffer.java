package dev.jbuild.cli.progress;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/// Text that waits for its turn: a little in memory, the rest in a temporary file. When the file
/// cannot be written the text stays in memory rather than being lost.
final class SpillBuffer {

  private static final int IN_MEMORY = 64 << 10;

  private final StringBuilder memory = new StringBuilder();
  private @Nullable Path file;
  private boolean broken;

  void append(String text) {
    memory.append(text);
    if (memory.length() > IN_MEMORY && !broken) {
      spill();
    }
  }

  boolean isEmpty() {
    return memory.isEmpty() && file == null;
  }

  private void spill() {
    try {
      Path target = file == null ? Files.createTempFile("jbuild-log", ".txt") : file;
      file = target;
      try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.APPEND)) {
        out.write(memory.toString().getBytes(StandardCharsets.UTF_8));
      }
      memory.setLength(0);
    } catch (IOException e) {
      broken = true;
    }
  }

  /// Writes everything to `out` and is empty then.
  void drainTo(PrintStream out) {
    Path spilled = file;
    if (spilled != null) {
      try (InputStream in = Files.newInputStream(spilled)) {
        in.transferTo(out);
      } catch (IOException e) {
        out.println("(a part of the log could not be read back: " + e.getMessage() + ")");
      }
      discard();
    }
    out.print(memory);
    memory.setLength(0);
  }

  void discard() {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        // A temporary file too many.
      }
      file = null;
    }
  }
}
