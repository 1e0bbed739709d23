package dev.jbuild.sandbox;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.MountCalls;
import dev.jbuild.linux.PathHandle;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// The machine's root file system directory by directory, read-only, where it cannot be a layer as
/// a whole. What holds state rather than tools is left out.
final class MachineParts {

  private static final Set<String> LEFT_OUT =
      Set.of(
          "dev", "proc", "sys", "run", "tmp", "mnt", "media", "home", "root", "boot", "lost+found");

  private MachineParts() {}

  /// Makes the places for the machine's directories in `stubs`, and its top-level links; returns
  /// the directories.
  static List<Path> prepare(Path stubs) throws IOException {
    List<Path> places = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(Path.of("/"))) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (LEFT_OUT.contains(name)) {
          continue;
        }
        if (Files.isSymbolicLink(entry)) {
          Files.createSymbolicLink(stubs.resolve(name), Files.readSymbolicLink(entry));
        } else if (Files.isDirectory(entry)) {
          Files.createDirectory(stubs.resolve(name));
          places.add(entry);
        }
      }
    }
    Files.createDirectory(stubs.resolve("tmp"));
    Files.setPosixFilePermissions(
        stubs.resolve("tmp"), java.nio.file.attribute.PosixFilePermissions.fromString("rwxrwxrwx"));
    return places;
  }

  static void mount(Path place, PathHandle root) throws IOException {
    try (PathHandle source = PathHandle.open(place);
        PathHandle copy = MountCalls.copy(source, true, MountCalls.RDONLY);
        PathHandle target = root.inside(BytePath.of(place.getFileName().toString()))) {
      MountCalls.attach(copy, target);
    }
  }
}
