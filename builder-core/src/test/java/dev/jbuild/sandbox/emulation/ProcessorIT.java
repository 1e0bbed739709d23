package dev.jbuild.sandbox.emulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Needs QEMU for single programs (package qemu-user-static).
class ProcessorIT {

  @TempDir private Path directory;

  @ParameterizedTest
  @EnumSource(Processor.class)
  void theSmallestProgramEndsWithSuccess(Processor processor)
      throws IOException, InterruptedException {
    Path program = directory.resolve("program");
    Files.write(program, processor.program());
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    Path emulator = Interpreter.find(processor).orElseThrow().program();
    Process process =
        new ProcessBuilder(emulator.toString(), program.toString()).inheritIO().start();
    assertEquals(0, process.waitFor());
  }

  @Test
  void theProcessorsOwnRun() throws IOException {
    Processor own =
        System.getProperty("os.arch").equals("aarch64") ? Processor.ARM64 : Processor.AMD64;
    assertTrue(Probe.runs(own));
    assertEquals(
        new Emulation.Way.Direct(), new Emulation().of(own == Processor.ARM64 ? "arm64" : "amd64"));
  }

  @Test
  void whatNobodyKnowsIsImpossible() {
    assertFalse(new Emulation().of("vax") instanceof Emulation.Way.Emulated);
    assertTrue(new Emulation().of("vax") instanceof Emulation.Way.Impossible);
  }
}
