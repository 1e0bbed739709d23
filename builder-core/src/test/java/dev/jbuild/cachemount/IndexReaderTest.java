package dev.jbuild.cachemount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.linux.BytePath;
import dev.jbuild.snapshot.FileTree.ExtendedAttribute;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexReaderTest {

  private static final IndexEntry.Meta META = new IndexEntry.Meta(0644, 1, 2, 3, 4, List.of());

  private static byte[] written(IndexEntry... entries) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    IndexWriter writer = new IndexWriter(out);
    for (IndexEntry entry : entries) {
      writer.write(entry);
    }
    return out.toByteArray();
  }

  private static List<IndexEntry> read(byte[] bytes) throws IOException {
    List<IndexEntry> entries = new ArrayList<>();
    new IndexReader(new ByteArrayInputStream(bytes)).read(entries::add);
    return entries;
  }

  private static byte[] sample() throws IOException {
    return written(
        new IndexEntry.Root(META),
        new IndexEntry.Directory(BytePath.of("d"), META),
        new IndexEntry.File(BytePath.ofBytes(new byte[] {(byte) 0xff, '\n'}), META, 1L << 40, 1),
        new IndexEntry.Leave(),
        new IndexEntry.Symlink(BytePath.of("s"), META, BytePath.of("/etc/../x")),
        new IndexEntry.Link(BytePath.of("l"), 1),
        new IndexEntry.Leave());
  }

  @Test
  void whatWasWrittenIsRead() throws IOException {
    List<IndexEntry> entries = read(sample());
    assertEquals(7, entries.size());
    assertEquals(
        new IndexEntry.Symlink(BytePath.of("s"), META, BytePath.of("/etc/../x")), entries.get(4));
  }

  @Test
  void attributesAreBytes() throws IOException {
    byte[] value = {0, 1, -1};
    IndexEntry.Meta meta =
        new IndexEntry.Meta(
            04755,
            0xFFFF_FFFEL,
            0,
            -5,
            999_999_999,
            List.of(new ExtendedAttribute("user.a", value)));
    IndexEntry.Root root =
        (IndexEntry.Root)
            read(written(new IndexEntry.Root(meta), new IndexEntry.Leave())).getFirst();
    assertEquals(0xFFFF_FFFEL, root.meta().uid());
    assertEquals(-5, root.meta().mtime());
    assertTrue(Arrays.equals(value, root.meta().attributes().getFirst().value()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", ".", "..", "a/b", "/a", "../a"})
  void aNameThatLeadsElsewhereIsRefused(String name) throws IOException {
    byte[] bytes =
        written(
            new IndexEntry.Root(META),
            new IndexEntry.File(BytePath.of(name), META, 0, 0),
            new IndexEntry.Leave());
    assertThrows(IOException.class, () -> read(bytes));
  }

  @Test
  void itMustBeWhole() throws IOException {
    byte[] bytes = sample();
    for (int length = 0; length < bytes.length; length++) {
      byte[] part = Arrays.copyOf(bytes, length);
      assertThrows(IOException.class, () -> read(part), "cut at " + length);
    }
    byte[] longer = Arrays.copyOf(bytes, bytes.length + 1);
    assertThrows(IOException.class, () -> read(longer));
  }

  @Test
  void directoriesMayNotBeTooDeep() throws IOException {
    IndexEntry[] entries = new IndexEntry[2 * 300];
    Arrays.fill(entries, new IndexEntry.Directory(BytePath.of("d"), META));
    entries[0] = new IndexEntry.Root(META);
    Arrays.fill(entries, 300, 600, new IndexEntry.Leave());
    byte[] bytes = written(entries);
    assertThrows(IOException.class, () -> read(bytes));
  }

  @Test
  void anyBytesAreReadOrRefused() throws IOException {
    Random random = new Random(5);
    int refused = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = sample();
      for (int n = random.nextInt(3); n >= 0; n--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
      }
      try {
        read(bytes);
      } catch (IOException e) {
        refused++;
      }
    }
    assertTrue(refused > 5_000, refused + " refused");
  }
}
