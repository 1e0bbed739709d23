package dev.jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.archive.Tars;
import dev.jbuild.linux.BytePath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Layers by the rules, and hostile ones beside a canary that must survive.
class LayerUnpackerTest {

  @TempDir Path temp;
  private Path canary;
  private final List<Path> layers = new ArrayList<>();

  @BeforeEach
  void canary() throws IOException {
    RootTests.assumeRoot();
    canary = Files.createDirectory(temp.resolve("canary"));
    Files.writeString(canary.resolve("f"), "alive");
  }

  private Path layer(Tars tar) throws IOException {
    Path into = Files.createDirectory(temp.resolve("layer" + layers.size()));
    try (LayerStack below = LayerStack.open(layers)) {
      LayerUnpacker.unpack(new ByteArrayInputStream(tar.end()), below, into);
    }
    layers.addFirst(into);
    return into;
  }

  private String text(String path) throws IOException {
    try (LayerStack stack = LayerStack.open(layers);
        var in = stack.open(BytePath.of(path))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private List<String> names(String path) throws IOException {
    try (LayerStack stack = LayerStack.open(layers)) {
      return stack.list(BytePath.of(path)).stream().map(BytePath::text).toList();
    }
  }

  private void assertAlive() throws IOException {
    assertEquals("alive", Files.readString(canary.resolve("f")));
    assertEquals(1, Files.getLastModifiedTime(canary.resolve("f")).toMillis() > 10_000 ? 1 : 0);
    try (var entries = Files.list(canary)) {
      assertEquals(List.of(canary.resolve("f")), entries.toList());
    }
    assertEquals(1, Files.getAttribute(canary.resolve("f"), "unix:nlink"));
    try (var entries = Files.list(temp)) {
      assertTrue(
          entries.allMatch(p -> p.getFileName().toString().matches("canary|layer\\d")),
          "something beside the layers");
    }
    for (Path p : List.of(temp, canary)) {
      try (var handle = dev.jbuild.linux.DirectoryHandle.open(p)) {
        assertEquals(List.of(), handle.attributeNames(BytePath.EMPTY));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "..", "./../x", "a/b/../../../x"})
  void namesThatLeadOut(String name) throws IOException {
    assertThrows(IOException.class, () -> layer(new Tars().file(name, "evil")));
    assertAlive();
  }

  @Test
  void absoluteNamesAreConfined() throws IOException {
    layer(new Tars().file(canary.resolve("f").toString(), "evil"));
    assertAlive();
    assertEquals("evil", text(canary.resolve("f").toString().substring(1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {".wh..", ".wh...", "d/.wh..", "d/.wh...", ".wh."})
  void whiteoutsOfNoEntry(String name) throws IOException {
    assertThrows(IOException.class, () -> layer(new Tars().directory("d").file(name, "")));
    assertAlive();
  }

  @Test
  void entriesThroughLinksStayInside() throws IOException {
    String target = canary.toString();
    layer(
        new Tars()
            .symlink("d", target)
            .file("d/f", "evil")
            .file("d/.wh.f", "")
            .file("d/.wh..wh..opq", "")
            .pax('x', "SCHILY.xattr.user.evil=1")
            .file("d/g", "evil")
            .directory("d")
            .symlink("up", "../../../../../.." + target)
            .file("up/f", "evil"));
    assertAlive();
    layer(new Tars().symlink("e", target));
    layer(new Tars().file("e/f", "evil").file("e/.wh.f", "").file("e/.wh..wh..opq", ""));
    assertAlive();
  }

  @Test
  void linksToLinksToLinks() throws IOException {
    Tars tar = new Tars().symlink("l0", canary.toString());
    for (int i = 1; i < 60; i++) {
      tar.symlink("l" + i, "l" + (i - 1));
    }
    assertThrows(IOException.class, () -> layer(tar.file("l59/f", "evil")));
    assertAlive();
    layers.clear();
  }

  @Test
  void aLinkForTheRootItself() throws IOException {
    layer(
        new Tars().symlink(".", canary.toString()).symlink("/.", canary.toString()).file("f", "x"));
    assertAlive();
    assertEquals("x", text("f"));
  }

  @Test
  void hardLinksToTheOutside() throws IOException {
    for (String target : List.of("../canary/f", canary + "/f", "d/f", "up/f")) {
      Tars tar =
          new Tars()
              .symlink("d", canary.toString())
              .symlink("up", "../canary")
              .hardLink("h", target)
              .file("h", "evil");
      assertThrows(IOException.class, () -> layer(tar), target);
      Files.move(temp.resolve("layer" + layers.size()), temp.resolve("layer9"));
      TreeRemover.remove(temp.resolve("layer9"));
      assertAlive();
    }
  }

  @Test
  void linkTextIsKept() throws IOException {
    Path tree = layer(new Tars().symlink("l", "/../" + canary));
    assertEquals("/../" + canary, Files.readSymbolicLink(tree.resolve("l")).toString());
  }

  @Test
  void overlayAttributesOfAnArchiveAreIgnored() throws IOException {
    layer(new Tars().file("d/a", "a"));
    layer(
        new Tars().pax('x', "SCHILY.xattr.user.overlay.opaque=y").directory("d").file("d/b", "b"));
    assertEquals(List.of("a", "b"), names("d"));
  }

  @Test
  void whiteoutsInAnyOrder() throws IOException {
    layer(
        new Tars().file("a", "1").file("b", "1").file("d/x", "1").file("e/x", "1").file("k", "1"));
    layer(
        new Tars()
            .file("a", "2")
            .file(".wh.a", "")
            .file(".wh.b", "")
            .file("d/y", "2")
            .file(".wh.d", "")
            .file(".wh.e", "")
            .file("e/z", "2")
            .file(".wh.nothing", ""));
    assertEquals(List.of("a", "d", "e", "k"), names(""));
    assertEquals("2", text("a"));
    assertEquals(List.of("y"), names("d"));
    assertEquals(List.of("z"), names("e"));
  }

  @Test
  void opaqueDirectories() throws IOException {
    layer(new Tars().file("d/a", "1").file("d/s/t", "1").file("k", "1"));
    layer(new Tars().file("d/b", "2").file("d/.wh..wh..opq", ""));
    assertEquals(List.of("b"), names("d"));
    layer(new Tars().file("d/s/u", "3").file("n", "3").file(".wh..wh..opq", ""));
    assertEquals(List.of("d", "n"), names(""));
    assertEquals(List.of("s"), names("d"));
    assertEquals(List.of("u"), names("d/s"));
  }

  @Test
  void bookkeepingOfAufsIsNoContent() throws IOException {
    layer(new Tars().file(".wh..wh.aufs", "").file(".wh..wh.plnk/1.2", "").file("f", ""));
    assertEquals(List.of("f"), names(""));
  }

  @Test
  void impliedParentsHaveTheMetadataBelow() throws IOException {
    layer(
        new Tars().pax('x', "uid=7", "gid=8", "mtime=99", "SCHILY.xattr.user.k=v").directory("d"));
    Path tree = layer(new Tars().file("d/f", ""));
    assertEquals(7, Files.getAttribute(tree.resolve("d"), "unix:uid"));
    assertEquals(8, Files.getAttribute(tree.resolve("d"), "unix:gid"));
    assertEquals(0755, (int) Files.getAttribute(tree.resolve("d"), "unix:mode") & 07777);
    try (var handle = dev.jbuild.linux.DirectoryHandle.open(tree)) {
      assertTrue(handle.attribute(BytePath.of("d"), "user.k").isPresent());
    }
  }

  @Test
  void hardLinkToALowerFileCopiesIt() throws IOException {
    layer(new Tars().file("a", "content").file("b", "gone"));
    Path tree = layer(new Tars().hardLink("l", "a").hardLink("m", "l"));
    assertEquals("content", text("l"));
    assertEquals(2, Files.getAttribute(tree.resolve("l"), "unix:nlink"));
    assertThrows(IOException.class, () -> layer(new Tars().file(".wh.b", "").hardLink("n", "b")));
  }

  @Test
  void typesChangeAndNamesRepeat() throws IOException {
    layer(new Tars().file("a", "1").file("d/x", "1").symlink("l", "a"));
    Path tree =
        layer(
            new Tars()
                .file("a/b", "2")
                .file("d", "2")
                .directory("l")
                .file("r", "first")
                .directory("r")
                .file("r/in", "")
                .file("r", "last"));
    assertEquals("2", text("a/b"));
    assertEquals("2", text("d"));
    assertEquals("last", text("r"));
    assertTrue(Files.isDirectory(tree.resolve("l"), LinkOption.NOFOLLOW_LINKS));
    assertFalse(Files.isSymbolicLink(tree.resolve("l")));
  }
}
