package dev.jbuild.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.jbuild.linux.BytePath;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TarRoundTripTest {

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void whatIsWrittenIsRead(long seed) throws IOException {
    Random random = new Random(seed);
    List<TarEntry> entries = new ArrayList<>();
    List<byte[]> contents = new ArrayList<>();
    for (int i = 0; i < 60; i++) {
      TarEntry entry = entry(random);
      entries.add(entry);
      byte[] content = new byte[(int) entry.size()];
      random.nextBytes(content);
      contents.add(content);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    TarWriter writer = new TarWriter(out);
    for (int i = 0; i < entries.size(); i++) {
      writer.begin(entries.get(i));
      writer.write(contents.get(i), 0, contents.get(i).length);
    }
    writer.end();
    List<Tars.Member> read = Tars.read(out.toByteArray());
    assertEquals(entries.size(), read.size());
    for (int i = 0; i < entries.size(); i++) {
      assertSame(entries.get(i), read.get(i).entry());
      assertArrayEquals(contents.get(i), read.get(i).content());
    }
  }

  private static void assertSame(TarEntry wanted, TarEntry found) {
    assertEquals(bare(wanted), bare(found));
    assertEquals(wanted.attributes().size(), found.attributes().size());
    for (int i = 0; i < wanted.attributes().size(); i++) {
      assertEquals(wanted.attributes().get(i).name(), found.attributes().get(i).name());
      assertArrayEquals(wanted.attributes().get(i).value(), found.attributes().get(i).value());
    }
  }

  private static TarEntry bare(TarEntry e) {
    return new TarEntry(
        e.name(),
        e.type(),
        e.mode(),
        e.uid(),
        e.gid(),
        e.size(),
        e.mtime(),
        e.link(),
        e.deviceMajor(),
        e.deviceMinor(),
        List.of());
  }

  private static TarEntry entry(Random random) {
    TarEntry.Type[] types = TarEntry.Type.values();
    TarEntry.Type type = types[random.nextInt(types.length)];
    boolean device = type == TarEntry.Type.BLOCK_DEVICE || type == TarEntry.Type.CHARACTER_DEVICE;
    boolean link = type == TarEntry.Type.SYMLINK || type == TarEntry.Type.HARD_LINK;
    List<TarEntry.Attribute> attributes = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0; i--) {
      byte[] value = new byte[random.nextInt(120)];
      random.nextBytes(value);
      attributes.add(new TarEntry.Attribute("user.a" + (9 - i), value));
    }
    return new TarEntry(
        name(random),
        type,
        random.nextInt(010000),
        id(random),
        id(random),
        type == TarEntry.Type.FILE ? random.nextInt(3000) : 0,
        random.nextInt(8) == 0 ? -random.nextInt(100_000) : random.nextLong(1L << 36),
        link ? name(random) : BytePath.EMPTY,
        device ? random.nextInt(4096) : 0,
        device ? random.nextInt(1 << 20) : 0,
        attributes);
  }

  private static long id(Random random) {
    return random.nextBoolean() ? random.nextInt(70_000) : random.nextLong(0xFFFF_FFFFL);
  }

  /// Any bytes but NUL; lengths around the limits of the header's fields.
  private static BytePath name(Random random) {
    int[] lengths = {1, 20, 99, 100, 101, 154, 155, 156, 254, 255, 256, 257, 400};
    int length = lengths[random.nextInt(lengths.length)];
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      boolean slash = i > 0 && i < length - 1 && bytes[i - 1] != '/' && random.nextInt(20) == 0;
      bytes[i] = (byte) (slash ? '/' : 1 + random.nextInt(255));
      if (!slash && bytes[i] == '/') {
        bytes[i] = 'x';
      }
    }
    return BytePath.ofBytes(bytes);
  }
}
