package dev.jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.DirectoryHandle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayerChangesTest {

  @TempDir Path directory;

  private Path file(String path, String content) throws IOException {
    Path file = directory.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(5000));
    return file;
  }

  private List<String> changes() throws IOException {
    List<String> lines = new ArrayList<>();
    try (LayerStack below = LayerStack.open(List.of(directory.resolve("below")))) {
      LayerChanges.find(
          directory.resolve("layer"),
          below,
          c ->
              lines.add(
                  (c.before().isEmpty() ? "A " : c.after().isEmpty() ? "D " : "M ")
                      + c.path().text()
                      + " "
                      + c.aspects().stream().sorted().toList()));
    }
    return lines;
  }

  @Test
  void saysInWhatFilesDiffer() throws IOException {
    file("below/d/same", "1");
    file("below/d/text", "one");
    file("below/d/longer", "one");
    file("below/d/mode", "1");
    file("below/d/time", "1");
    file("below/d/type", "1");
    file("layer/d/same", "1");
    file("layer/d/text", "two");
    file("layer/d/longer", "three");
    Files.setPosixFilePermissions(
        file("layer/d/mode", "1"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.setLastModifiedTime(file("layer/d/time", "1"), FileTime.fromMillis(9000));
    Files.createDirectory(directory.resolve("layer/d/type"));
    file("layer/d/new/file", "");
    assertEquals(
        List.of(
            "M d/longer [SIZE]",
            "M d/mode [MODE]",
            "A d/new []",
            "A d/new/file []",
            "M d/text [CONTENT]",
            "M d/time [TIME]",
            "M d/type [TYPE]"),
        changes());
  }

  @Test
  void removedFilesAreThoseThatWereThere() throws IOException {
    file("below/d/gone/deep", "1");
    file("layer/x", "1");
    Files.createDirectory(directory.resolve("layer/d"));
    try (DirectoryHandle layer = DirectoryHandle.open(directory.resolve("layer/d"))) {
      layer.makeWhiteout(BytePath.of("gone"));
      layer.makeWhiteout(BytePath.of("never"));
    }
    assertEquals(List.of("D d/gone []", "A x []"), changes());
  }

  @Test
  void anOpaqueDirectoryRemovesWhatItHides() throws IOException {
    file("below/d/gone", "1");
    file("below/d/sub/deep", "1");
    file("below/d/sub/stays", "1");
    file("layer/d/new", "1");
    file("layer/d/sub/stays", "1");
    try (DirectoryHandle layer = DirectoryHandle.open(directory.resolve("layer"))) {
      OpaqueDirectories.make(layer, BytePath.of("d"));
    }
    assertEquals(List.of("D d/gone []", "A d/new []", "D d/sub/deep []"), changes());
  }
}
