package dev.jbuild.archive;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HostileTarTest {

  private static void refused(byte[] tar, String part) {
    TarException e = assertThrows(TarException.class, () -> Tars.read(tar));
    assertTrue(String.valueOf(e.getMessage()).contains(part), e.getMessage());
  }

  @Test
  void sizesThatNoFileHas() {
    byte[] negative = new byte[12];
    Arrays.fill(negative, (byte) 0xFF);
    refused(new Tars().raw('0', "a", "", negative, new byte[0]).end(), "impossible size");
    byte[] huge = new byte[12];
    Arrays.fill(huge, 4, 12, (byte) 0xFF);
    huge[0] = (byte) 0x80;
    huge[4] = 0x7F;
    refused(new Tars().raw('0', "a", "", huge, new byte[0]).end(), "impossible size");
    huge[1] = 1;
    refused(new Tars().raw('0', "a", "", huge, new byte[0]).end(), "too large");
    refused(new Tars().raw('0', "a", "", "99", new byte[0]).end(), "not octal");
    refused(new Tars().raw('L', "a", "", "07777777777", new byte[0]).end(), "longer than");
  }

  @Test
  void ownersThatTheKernelWouldTakeForOthers() {
    refused(new Tars().pax('x', "uid=4294967296").file("a", "").end(), "impossible owner");
    refused(new Tars().pax('x', "gid=4294967295").file("a", "").end(), "impossible group");
    refused(new Tars().pax('x', "uid=-1").file("a", "").end(), "impossible owner");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2147483648 path=a\n",
        "99999999999999999999 path=a\n",
        "9 path=a\n9 path=b",
        "5 path=a\n",
        "10 path=aa",
        "10 pathaaa\n",
        "-9 path=a\n",
        " path=a\n",
        "0 path=a\n",
        "11 path=a\0b\n",
        "11 pa\0th=ab\n"
      })
  void paxRecordsThatAreNone(String records) {
    byte[] body = records.getBytes(StandardCharsets.ISO_8859_1);
    byte[] tar =
        new Tars()
            .raw('x', "pax", "", String.format("%011o", body.length), body)
            .file("f", "")
            .end();
    assertThrows(TarException.class, () -> Tars.read(tar));
  }

  @Test
  void paxHeadersAreBounded() {
    refused(new Tars().raw('x', "p", "", "00010000000", new byte[0]).end(), "larger than");
    String[] records = new String[10_001];
    for (int i = 0; i < records.length; i++) {
      records[i] = "a" + i + "=1";
    }
    refused(new Tars().pax('x', records).file("f", "").end(), "more than");
    Tars many = new Tars();
    for (int i = 0; i < 20; i++) {
      many.pax('g', "a" + i + "=" + "x".repeat(1_000_000));
    }
    refused(many.file("f", "").end(), "larger than");
  }

  @Test
  void limitsOfMembersAndBytes() throws IOException {
    byte[] tar = new Tars().file("a", "12345").file("b", "67890").end();
    TarReader few = new TarReader(new ByteArrayInputStream(tar), new TarLimits(1, 1 << 20));
    assertTrue(
        assertThrows(TarException.class, () -> Tars.read(few)).getMessage().contains("1 members"));
    TarReader small = new TarReader(new ByteArrayInputStream(tar), new TarLimits(10, 9));
    assertTrue(
        assertThrows(TarException.class, () -> Tars.read(small)).getMessage().contains("9 bytes"));
    assertEquals(
        2, Tars.read(new TarReader(new ByteArrayInputStream(tar), new TarLimits(2, 10))).size());
  }

  @Test
  void anArchiveCutAnywhereIsAnError() {
    byte[] tar = new Tars().pax('x', "path=longer").file("a", "x".repeat(700)).end();
    for (int length = 1; length < 512 * 5; length += length % 512 == 0 ? 1 : 511) {
      byte[] cut = Arrays.copyOf(tar, length);
      assertThrows(TarException.class, () -> Tars.read(cut), "cut at " + length);
    }
  }

  @Test
  void aWrongCheckSum() {
    byte[] tar = new Tars().file("a", "").end();
    tar[0] = 'b';
    refused(tar, "checksum");
  }

  @Test
  void whatFollowsTheEndIsNotRead() throws IOException {
    byte[] tar = new Tars().file("a", "").end();
    byte[] longer = Arrays.copyOf(tar, tar.length + 512);
    Arrays.fill(longer, tar.length, longer.length, (byte) 'x');
    assertEquals(1, Tars.read(longer).size());
  }

  @Test
  void sparseMaps() {
    refused(sparse("GNU.sparse.map=0,1,0,1", "GNU.sparse.size=10", "ab"), "overlap");
    refused(sparse("GNU.sparse.map=5,9", "GNU.sparse.size=10", "a"), "leave the file");
    refused(sparse("GNU.sparse.map=0,-1", "GNU.sparse.size=10", "a"), "leave the file");
    refused(sparse("GNU.sparse.map=0,5", "GNU.sparse.size=10", "ab"), "does not fit");
    refused(sparse("GNU.sparse.map=0", "GNU.sparse.size=10", "ab"), "does not fit");
    refused(sparse("GNU.sparse.map=0,x", "GNU.sparse.size=10", "ab"), "malformed");
    refused(
        sparse("GNU.sparse.map=", "GNU.sparse.size=9223372036854775807", ""),
        "unpacks to more than");
    refused(
        new Tars()
            .pax('x', "GNU.sparse.major=1", "GNU.sparse.minor=0", "GNU.sparse.realsize=9")
            .file("f", "10000000\n0\n" + "\0".repeat(501))
            .end(),
        "segments");
  }

  private static byte[] sparse(String map, String size, String data) {
    String records = map.endsWith("=") ? "GNU.sparse.map=," : map;
    return new Tars().pax('x', size, records).file("f", data).end();
  }

  @Test
  void anEndlessOldSparseMap() {
    byte[] block = Tars.header('S', "f", "", "00000000000".getBytes(StandardCharsets.US_ASCII));
    Tars.put(block, 483, "00000001000");
    block[482] = 1;
    Tars tar = new Tars().block(block);
    byte[] more = new byte[512];
    for (int i = 0; i < 21; i++) {
      Tars.put(more, i * 24, "00000000001\00000000000000");
    }
    more[504] = 1;
    for (int i = 0; i < 30_000; i++) {
      tar.data(more);
    }
    refused(tar.end(), "segments");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void damageIsAnErrorAndNoBug(long seed) {
    Random random = new Random(seed);
    byte[] tar =
        new Tars()
            .pax('x', "path=longer", "SCHILY.xattr.user.a=b", "mtime=1.5")
            .file("a", "hello")
            .symlink("l", "t")
            .end();
    for (int i = 0; i < 2000; i++) {
      byte[] damaged = tar.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        damaged[random.nextInt(damaged.length - 1024)] = (byte) random.nextInt(256);
      }
      try {
        Tars.read(damaged);
      } catch (TarException e) {
        // As it should be.
      } catch (IOException e) {
        throw new AssertionError(e);
      }
    }
  }
}
