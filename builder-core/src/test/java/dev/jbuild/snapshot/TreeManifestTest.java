package dev.jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.snapshot.TreeManifest.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeManifestTest {

  @TempDir Path directory;
  private Path tree;
  private Path manifest;

  @BeforeEach
  void aTree() throws IOException {
    tree = Files.createDirectories(directory.resolve("tree"));
    Files.createDirectories(tree.resolve("a/b"));
    Files.writeString(tree.resolve("a/b/file"), "content");
    Files.writeString(tree.resolve("a/name\nwith\ta\\line\r"), "x");
    Files.createLink(tree.resolve("second"), tree.resolve("a/b/file"));
    Files.createSymbolicLink(tree.resolve("link"), Path.of("a/b"));
    manifest = directory.resolve("manifest");
    TreeManifest.write(tree, manifest, "boot");
  }

  private State check() throws IOException {
    return TreeManifest.check(tree, manifest, "boot", false);
  }

  @Test
  void anUntouchedTreeIsWhole() throws IOException {
    assertEquals(State.WHOLE, check());
    assertEquals(State.WHOLE, TreeManifest.check(tree, manifest, "boot", true));
    assertTrue(TreeManifest.bytes(manifest) >= 8192, "" + TreeManifest.bytes(manifest));
    Path moved = directory.resolve("elsewhere");
    Files.move(tree, moved);
    assertEquals(State.WHOLE, TreeManifest.check(moved, manifest, "boot", false));
  }

  @Test
  void eachChangeIsSeen() throws IOException {
    Path file = tree.resolve("a/b/file");
    FileTime time = Files.getLastModifiedTime(file);
    Files.writeString(file, "cOntent");
    Files.setLastModifiedTime(file, time);
    assertEquals(State.DAMAGED, check());
    Files.writeString(file, "content");
    Files.setLastModifiedTime(file, time);
    assertEquals(State.MOVED, check());
    TreeManifest.write(tree, manifest, "boot");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    assertEquals(State.DAMAGED, check());
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    TreeManifest.write(tree, manifest, "boot");
    Files.writeString(tree.resolve("more"), "");
    assertEquals(State.DAMAGED, check());
    TreeManifest.write(tree, manifest, "boot");
    Files.delete(tree.resolve("link"));
    assertEquals(State.DAMAGED, check());
  }

  @Test
  void anotherStartOfTheMachineReadsTheContent() throws IOException {
    assertEquals(State.MOVED, TreeManifest.check(tree, manifest, "later", false));
  }

  @Test
  void aDamagedManifestIsNeverBelieved() throws IOException {
    byte[] good = Files.readAllBytes(manifest);
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      byte[] bad = good.clone();
      bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(manifest, bad);
      assertTrue(check() != State.WHOLE, "flip " + i);
      Files.write(manifest, java.util.Arrays.copyOf(good, random.nextInt(good.length - 1)));
      assertTrue(check() != State.WHOLE, "cut " + i);
    }
  }
}
