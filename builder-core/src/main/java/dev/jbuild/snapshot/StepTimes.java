package dev.jbuild.snapshot;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;

/// Times of files that a command made: what it wrote while it ran gets the step's own time, so that
/// the layer does not depend on the clock; what it unpacked with an older time keeps that. All
/// times become whole seconds.
public final class StepTimes {

  private StepTimes() {}

  /// @param since when the command started, seconds; files modified then or later get `epoch`
  public static void settle(Path tree, long since, long epoch) throws IOException {
    Deque<BytePath> open = new ArrayDeque<>();
    try (DirectoryHandle root = DirectoryHandle.open(tree)) {
      open.push(BytePath.EMPTY);
      while (!open.isEmpty()) {
        BytePath path = open.pop();
        try (DirectoryHandle directory = root.directory(path)) {
          for (BytePath name : directory.list()) {
            FileInfo info = directory.stat(name).orElseThrow();
            if (info.isWhiteout()) {
              continue;
            }
            if (info.isDirectory()) {
              open.push(path.resolve(name));
            }
            long time = info.mtimeSeconds() >= since ? epoch : info.mtimeSeconds();
            if (time != info.mtimeSeconds() || info.mtimeNanos() != 0) {
              directory.times(name, time, 0);
            }
          }
        }
      }
    }
  }
}
