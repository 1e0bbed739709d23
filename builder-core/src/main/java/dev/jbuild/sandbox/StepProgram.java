package dev.jbuild.sandbox;

import dev.jbuild.linux.Errno;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.MemoryProgram;
import dev.jbuild.linux.Pipe;
import dev.jbuild.linux.Spawn;
import dev.jbuild.linux.ThreadState;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The small program of `src/main/native/step.c`, which is for the kernel what a JVM cannot be.
final class StepProgram {

  private static final StepProgram INSTANCE = new StepProgram();

  private @Nullable MemoryProgram program;

  private StepProgram() {}

  /// The descriptor of it. Throws when this machine's processor is of a kind it was not made for.
  static int number() throws IOException {
    return INSTANCE.held();
  }

  /// What is below `directory`, as a [dev.jbuild.tree.TreeLister] tells it.
  static byte[] list(Path directory) throws IOException {
    try (Arena arena = Arena.ofConfined();
        FileDescriptor nothing = FileDescriptor.devNull();
        Pipe list = Pipe.open()) {
      Spawn.Prepared program =
          Spawn.prepare(
              arena,
              List.of("/proc/self/fd/3"),
              List.of("step", "list", directory.toString()),
              List.of(),
              List.of(nothing.number(), list.write().number(), nothing.number(), number()));
      int pid = program.start();
      if (pid < 0) {
        throw new IOException("cannot start the step program: " + Errno.describe(-pid));
      }
      MemorySegment status = arena.allocate(4, 4);
      byte[] found;
      try {
        list.write().close();
        found = list.read().input().readAllBytes();
      } finally {
        list.read().close();
        ThreadState.waitFor(pid, status);
      }
      ExitStatus end = ExitStatus.ofWait(status.get(ValueLayout.JAVA_INT, 0));
      if (!end.success()) {
        throw new IOException("cannot list " + directory + ": " + Errno.describe(end.code()));
      }
      return found;
    }
  }

  private synchronized int held() throws IOException {
    if (program == null) {
      String kind = System.getProperty("os.arch", "").equals("aarch64") ? "aarch64" : "x86_64";
      try (InputStream bytes = StepProgram.class.getResourceAsStream("step-" + kind)) {
        if (bytes == null) {
          throw new IOException("this build of jbuild lacks its program for " + kind);
        }
        program = new MemoryProgram("jbuild-step", bytes);
      }
    }
    return program.number();
  }
}
