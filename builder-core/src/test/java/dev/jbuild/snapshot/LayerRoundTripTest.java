package dev.jbuild.snapshot;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.archive.TarEntry;
import dev.jbuild.archive.TarWriter;
import dev.jbuild.linux.BytePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Random layers over each other: what the stack shows is what a simple model says, and writing,
/// unpacking and writing again gives the same bytes.
class LayerRoundTripTest {

  @TempDir Path temp;

  @BeforeEach
  void root() {
    RootTests.assumeRoot();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void layersOverLayers(long seed) throws IOException {
    Random random = new Random(seed);
    Map<String, String> model = new TreeMap<>();
    List<Path> trees = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      byte[] tar = layer(random, model);
      Path tree = Files.createDirectory(temp.resolve("t" + i));
      Path again = Files.createDirectory(temp.resolve("again" + i));
      byte[] first;
      byte[] second;
      try (LayerStack below = LayerStack.open(trees)) {
        LayerUnpacker.unpack(new ByteArrayInputStream(tar), below, tree);
        first = written(tree, below);
        LayerUnpacker.unpack(new ByteArrayInputStream(first), below, again);
        second = written(again, below);
      }
      assertArrayEquals(first, second);
      trees.addFirst(i % 2 == 0 ? tree : again);
      try (LayerStack stack = LayerStack.open(trees)) {
        assertEquals(model, contents(stack));
      }
    }
  }

  private static byte[] written(Path tree, FileTree below) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    LayerWriter.write(tree, below, Clamp.NONE, out);
    return out.toByteArray();
  }

  private static Map<String, String> contents(FileTree tree) throws IOException {
    Map<String, String> found = new TreeMap<>();
    walk(tree, BytePath.EMPTY, found);
    return found;
  }

  private static void walk(FileTree tree, BytePath directory, Map<String, String> into)
      throws IOException {
    for (BytePath name : tree.list(directory)) {
      BytePath path = directory.resolve(name);
      FileStat stat = tree.stat(path).orElseThrow();
      switch (stat.type()) {
        case DIRECTORY -> {
          into.put(path.text(), "dir");
          walk(tree, path, into);
        }
        case SYMLINK -> into.put(path.text(), "link " + tree.readLink(path));
        default -> {
          try (var in = tree.open(path)) {
            into.put(
                path.text(),
                "file "
                    + stat.uid()
                    + " "
                    + Integer.toOctalString(stat.mode())
                    + " "
                    + new String(in.readAllBytes(), StandardCharsets.UTF_8));
          }
        }
      }
    }
  }

  /// Names of one byte each, some of them no UTF-8.
  private static String name(Random random) {
    return BytePath.ofBytes(new byte[] {(byte) "abcd\u00e9\u00ff".charAt(random.nextInt(6))})
        .text();
  }

  private static byte[] layer(Random random, Map<String, String> model) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter tar = new TarWriter(out);
    Map<String, String> below = new TreeMap<>(model);
    List<String> own = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String parent = "";
      for (int depth = random.nextInt(3); depth > 0; depth--) {
        List<String> directories = new ArrayList<>();
        for (Map.Entry<String, String> e : model.entrySet()) {
          if (e.getValue().equals("dir")) {
            directories.add(e.getKey() + "/");
          }
        }
        parent = directories.isEmpty() ? "" : directories.get(random.nextInt(directories.size()));
      }
      String path = parent + name(random);
      if (random.nextInt(4) == 0) {
        remove(tar, path, model, below, own);
      } else {
        add(tar, path, random, model);
        own.add(path);
      }
    }
    tar.end();
    return out.toByteArray();
  }

  private static void remove(
      TarWriter tar,
      String path,
      Map<String, String> model,
      Map<String, String> below,
      List<String> own)
      throws IOException {
    boolean ours = own.stream().anyMatch(o -> o.equals(path) || o.startsWith(path + "/"));
    if (ours || !below.containsKey(path) || !model.containsKey(path)) {
      return;
    }
    BytePath bytes = BytePath.of(path);
    BytePath marker = bytes.parent().resolve(BytePath.of(".wh." + bytes.name().text()));
    begin(tar, marker, TarEntry.Type.FILE, 0, 0, 0, "");
    model.keySet().removeIf(k -> k.equals(path) || k.startsWith(path + "/"));
  }

  private static void add(TarWriter tar, String path, Random random, Map<String, String> model)
      throws IOException {
    BytePath bytes = BytePath.of(path);
    int kind = random.nextInt(4);
    boolean directory = kind < 2;
    if (!directory || !"dir".equals(model.get(path))) {
      model.keySet().removeIf(k -> k.equals(path) || k.startsWith(path + "/"));
    }
    if (directory) {
      begin(tar, bytes, TarEntry.Type.DIRECTORY, 0, 0755, 0, "");
      model.put(path, "dir");
    } else if (kind == 2) {
      begin(tar, bytes, TarEntry.Type.SYMLINK, 0, 0777, 0, "../" + path);
      model.put(path, "link ../" + path);
    } else {
      byte[] content = ("n" + random.nextInt(100)).getBytes(StandardCharsets.UTF_8);
      int mode = random.nextInt(010000);
      int uid = random.nextInt(5);
      begin(tar, bytes, TarEntry.Type.FILE, content.length, mode, uid, "");
      tar.write(content, 0, content.length);
      model.put(
          path,
          "file "
              + uid
              + " "
              + Integer.toOctalString(mode)
              + " "
              + new String(content, StandardCharsets.UTF_8));
    }
  }

  private static void begin(
      TarWriter tar, BytePath path, TarEntry.Type type, int size, int mode, int uid, String link)
      throws IOException {
    tar.begin(
        new TarEntry(path, type, mode, uid, uid, size, 1000, BytePath.of(link), 0, 0, List.of()));
  }
}
