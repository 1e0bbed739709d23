package dev.jbuild.sandbox.emulation;

import dev.jbuild.linux.MemoryProgram;
import dev.jbuild.linux.Spawn;
import dev.jbuild.linux.ThreadState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/// Tries whether the kernel starts a processor's programs, by itself or with whatever was
/// registered for them: what is registered need not be visible where jbuild runs.
final class Probe {

  private Probe() {}

  static boolean runs(Processor processor) throws IOException {
    try (Arena arena = Arena.ofConfined();
        MemoryProgram program =
            new MemoryProgram(
                "jbuild-" + processor.title(), new ByteArrayInputStream(processor.program()))) {
      Spawn.Prepared start =
          Spawn.prepare(
              arena,
              List.of("/proc/self/fd/3"),
              List.of("jbuild-probe"),
              List.of(),
              List.of(0, 1, 2, program.number()));
      int pid = start.start();
      if (pid < 0) {
        return false;
      }
      MemorySegment status = arena.allocate(4, 4);
      return ThreadState.waitFor(pid, status) == pid && status.get(ValueLayout.JAVA_INT, 0) == 0;
    }
  }
}
