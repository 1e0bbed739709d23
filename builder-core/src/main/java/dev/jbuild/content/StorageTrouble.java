package dev.jbuild.content;

import dev.jbuild.problem.Problem;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a failed read or write of the state means to the user: a full disk, a broken one, or
/// something else.
public final class StorageTrouble {

  /// With less free than this, programs fail for want of space.
  private static final long FULL = 64 << 10;

  private StorageTrouble() {}

  /// The problem that `failure` is, with the directory and the bytes where it is about the disk.
  public static Problem of(Throwable failure, StateDirectory state) {
    String text = messages(failure);
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return full(state);
    }
    if (text.contains("file too large")) {
      return Problem.error(
              "FileLimit", "a file below " + state.root() + " may not become as large as it must")
          .help("raise the limit that `ulimit -f` shows, or use a file system without one");
    }
    if (text.contains("input/output error") || text.contains("read-only file system")) {
      return Problem.error(
              "DiskBroken",
              "the disk below "
                  + state.root()
                  + " cannot be read or written: "
                  + failure.getMessage())
          .help(
              "nothing was lost that could be read; check the disk, or set JBUILD_HOME to a"
                  + " directory on another");
    }
    return Problem.error("InputOutputFailed", String.valueOf(failure.getMessage()))
        .help("did a file change while it was read?");
  }

  /// That the disk is full, if it is: what to say of a program that failed.
  public static Optional<Problem> fullDisk(StateDirectory state) {
    try {
      return Files.getFileStore(state.root()).getUsableSpace() < FULL
          ? Optional.of(full(state))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Problem full(StateDirectory state) {
    String space = "";
    try {
      FileStore disk = Files.getFileStore(state.root());
      space = ": " + disk.getUsableSpace() + " of " + disk.getTotalSpace() + " bytes are free";
    } catch (IOException e) {
      // Then the directory alone is named.
    }
    return Problem.error("DiskFull", "no space left in " + state.root() + space)
        .help(
            "what was finished is kept; free some space, for example with `jbuild cache prune"
                + " --keep-storage 5GB`, or set JBUILD_HOME to a directory on another disk");
  }

  private static String messages(@Nullable Throwable failure) {
    StringBuilder text = new StringBuilder();
    int depth = 0;
    for (Throwable t = failure; t != null && depth < 16; t = t.getCause(), depth++) {
      text.append(t.getMessage()).append('\n');
    }
    return text.toString().toLowerCase(Locale.ROOT);
  }
}
