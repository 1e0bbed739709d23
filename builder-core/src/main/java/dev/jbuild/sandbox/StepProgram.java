package dev.jbuild.sandbox;

import dev.jbuild.linux.MemoryProgram;
import java.io.IOException;
import java.io.InputStream;
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
