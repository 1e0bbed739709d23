package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import dev.jbuild.linux.FileDescriptor;
import dev.jbuild.linux.FileInfo;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// Makes `/dev` and `/proc` of plain files, for a root in which nothing can be mounted.
///
/// There can be no file system of processes. What programs want to know of the machine is in plain
/// files, as it was when the step began. Those of processes are empty: who opens one gets the true
/// one from the step program.
final class MachineFiles {

  private static final Map<String, int[]> DEVICES =
      Map.of(
          "null", new int[] {1, 3},
          "zero", new int[] {1, 5},
          "full", new int[] {1, 7},
          "random", new int[] {1, 8},
          "urandom", new int[] {1, 9},
          "tty", new int[] {5, 0},
          "ptmx", new int[] {5, 2});

  private static final List<String> LASTING = List.of("cpuinfo", "version", "filesystems");

  private static final List<String> PASSING = List.of("meminfo", "stat", "loadavg", "uptime");

  private static final List<String> OF_PROCESSES =
      List.of("cgroup", "cmdline", "comm", "environ", "exe", "maps", "stat", "statm", "status");

  private static final byte[] MOUNTS =
      "rootfs / rootfs rw 0 0\n".getBytes(StandardCharsets.US_ASCII);

  private MachineFiles() {}

  static void devices(DirectoryHandle parent, BytePath name) throws IOException {
    parent.makeDirectory(name, 0755);
    parent.mode(name, 0755);
    try (DirectoryHandle dev = parent.directory(name)) {
      for (var device : DEVICES.entrySet()) {
        BytePath node = BytePath.of(device.getKey());
        int[] number = device.getValue();
        dev.makeNode(node, FileInfo.CHARACTER_DEVICE | 0600, number[0], number[1]);
        dev.mode(node, 0666);
      }
      for (String directory : List.of("pts", "shm", "mqueue")) {
        dev.makeDirectory(BytePath.of(directory), 0755);
        dev.mode(BytePath.of(directory), directory.equals("pts") ? 0755 : 01777);
      }
      dev.makeSymlink(BytePath.of("/proc/self/fd"), BytePath.of("fd"));
      dev.makeSymlink(BytePath.of("/proc/self/fd/0"), BytePath.of("stdin"));
      dev.makeSymlink(BytePath.of("/proc/self/fd/1"), BytePath.of("stdout"));
      dev.makeSymlink(BytePath.of("/proc/self/fd/2"), BytePath.of("stderr"));
    }
  }

  static void facts(DirectoryHandle parent, BytePath name) throws IOException {
    parent.makeDirectory(name, 0755);
    parent.mode(name, 0755);
    try (DirectoryHandle proc = parent.directory(name)) {
      for (String fact : LASTING) {
        Path source = Path.of("/proc", fact);
        if (Files.isReadable(source)) {
          write(proc, fact, Files.readAllBytes(source));
        }
      }
      for (String fact : PASSING) {
        if (Files.isReadable(Path.of("/proc", fact))) {
          write(proc, fact, new byte[0]);
        }
      }
      write(proc, "mounts", MOUNTS);
      ofProcesses(proc);
    }
    refresh(parent, name);
  }

  private static void ofProcesses(DirectoryHandle proc) throws IOException {
    proc.makeDirectory(BytePath.of("self"), 0755);
    try (DirectoryHandle self = proc.directory(BytePath.of("self"))) {
      for (String file : OF_PROCESSES) {
        write(self, file, new byte[0]);
      }
      write(self, "mounts", MOUNTS);
      self.makeDirectory(BytePath.of("fd"), 0755);
      try (DirectoryHandle streams = self.directory(BytePath.of("fd"))) {
        for (String number : List.of("0", "1", "2")) {
          write(streams, number, new byte[0]);
        }
      }
    }
    proc.makeSymlink(BytePath.of("self"), BytePath.of("thread-self"));
  }

  private static void write(DirectoryHandle in, String name, byte[] bytes) throws IOException {
    try (FileDescriptor file = in.create(BytePath.of(name))) {
      file.output().write(bytes);
      file.mode(0444);
    }
  }

  /// Makes what is in such a `/proc` as it is now.
  static void refresh(DirectoryHandle parent, BytePath name) throws IOException {
    try (DirectoryHandle proc = parent.directory(name)) {
      for (String fact : PASSING) {
        if (proc.stat(BytePath.of(fact)).isPresent()) {
          byte[] now = Files.readAllBytes(Path.of("/proc", fact));
          try (FileDescriptor file = proc.write(BytePath.of(fact))) {
            file.output().write(now);
            // Not to nothing before: some file systems write such a file to the disk at once.
            file.truncate(now.length);
          }
        }
      }
    }
  }
}
