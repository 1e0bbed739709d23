package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What the roots of all steps of a process share, made when the first step needs it: the directory
/// they are mounted at, each in a mount namespace of its own, a place beside it for what is mounted
/// before there is a root, and a lowest layer with the places where every step has something
/// mounted, so that a root that lacks them need not be mounted twice. No step can write there. Safe
/// for several threads.
final class MountPoints {

  /// Directories that every root has.
  static final List<String> DIRECTORIES = List.of("proc", "sys", "dev");

  /// Files that every root has.
  static final List<String> FILES = List.of("etc/resolv.conf", "etc/hosts");

  private final Path directory;
  private boolean prepared;

  /// @param directory is made; whoever chose it removes it
  MountPoints(Path directory) {
    this.directory = directory;
  }

  /// Makes them; with the umask of the calling thread.
  synchronized void prepare() throws IOException {
    if (prepared) {
      return;
    }
    Files.createDirectories(root());
    Files.createDirectory(lowest());
    Files.createDirectory(files());
    Files.createDirectory(machine());
    for (String name : DIRECTORIES) {
      Files.createDirectory(machine().resolve(name));
    }
    try (DirectoryHandle lowest = DirectoryHandle.open(lowest())) {
      for (String name : DIRECTORIES) {
        lowest.makeDirectory(BytePath.of(name), 0755);
      }
      lowest.makeDirectory(BytePath.of("etc"), 0755);
      for (String name : FILES) {
        lowest.create(BytePath.of(name)).close();
      }
    }
    prepared = true;
  }

  /// Where roots are mounted.
  Path root() {
    return directory.resolve("root");
  }

  /// Where what every root has mounted is made, before it is moved there.
  Path machine() {
    return directory.resolve("machine");
  }

  /// Where small files of a job are, in memory.
  Path files() {
    return directory.resolve("files");
  }

  /// The lowest layer.
  Path lowest() {
    return directory.resolve("lowest");
  }
}
