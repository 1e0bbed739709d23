package dev.jbuild.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The walk answers as `openat2` does.
class OpenWalkTest {

  private static final long BENEATH = 0x08 | 0x04 | 0x02;
  private static final long IN_ROOT = 0x10 | 0x02;

  @TempDir Path temp;

  @BeforeEach
  void tree() throws IOException {
    Path root = Files.createDirectories(temp.resolve("root/a/b")).getParent().getParent();
    Files.writeString(root.resolve("a/b/f"), "x");
    Files.writeString(root.resolve("f"), "x");
    Files.createSymbolicLink(root.resolve("abs"), Path.of("/a/b"));
    Files.createSymbolicLink(root.resolve("a/up"), Path.of("../../../../f"));
    Files.createSymbolicLink(root.resolve("out"), temp);
    Files.createSymbolicLink(root.resolve("loop"), Path.of("loop"));
    Files.createSymbolicLink(root.resolve("a/rel"), Path.of("b"));
  }

  private String opened(boolean walk, String path, int flags, boolean follow) throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(temp.resolve("root"))) {
      BytePath name = BytePath.of(path);
      int fd;
      try {
        fd =
            walk
                ? OpenWalk.open(root.number(), name, flags, 0, follow)
                : FileCalls.openIn(root.number(), name, flags, 0, follow ? IN_ROOT : BENEATH);
      } catch (LinuxException e) {
        return "error";
      }
      try {
        FileInfo info =
            FileCalls.statx(fd, BytePath.EMPTY, FileCalls.AT_EMPTY_PATH, BytePath.of(path));
        return info.type() + " " + info.inode();
      } finally {
        Kernel.raw(SystemCall.CLOSE, fd);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a",
        "a/b",
        "a/b/f",
        "f",
        "abs",
        "abs/f",
        "a/up",
        "out",
        "out/f",
        "out/root/f",
        "loop",
        "loop/x",
        "a/rel/f",
        "a/rel",
        "none",
        "none/x",
        "f/x",
        "a/./b",
        "a/../f",
        "../f",
        "/f",
        "a/../../../f",
        ".",
        ""
      })
  void likeTheKernel(String path) throws IOException {
    for (int flags : new int[] {0, 010000000}) {
      boolean absolute = path.startsWith("/");
      boolean dots = path.contains("..");
      if (!absolute && !dots) {
        assertEquals(opened(false, path, flags, false), opened(true, path, flags, false), path);
      }
      assertEquals(opened(false, path, flags, true), opened(true, path, flags, true), path);
    }
  }

  @Test
  void dotsAndLinksAreRefusedWithoutFollowing() throws IOException {
    try (DirectoryHandle root = DirectoryHandle.open(temp.resolve("root"))) {
      for (String path : new String[] {"../f", "a/../f", "abs/f", "out"}) {
        assertThrows(
            LinuxException.class,
            () -> OpenWalk.open(root.number(), BytePath.of(path), 0, 0, false),
            path);
      }
    }
  }
}
