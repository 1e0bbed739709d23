package dev.jbuild.cachemount;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.jbuild.linux.BytePath;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Indexes of people who mean harm.
class MountWriterTest {

  @TempDir private Path directory;
  private Path into;
  private Path outside;
  private IndexEntry.Meta meta;

  @BeforeEach
  void make() throws IOException {
    into = Files.createDirectory(directory.resolve("into"));
    outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("file"), "untouched");
    long uid = ((Number) Files.getAttribute(into, "unix:uid")).longValue();
    long gid = ((Number) Files.getAttribute(into, "unix:gid")).longValue();
    meta = new IndexEntry.Meta(0700, uid, gid, 0, 0, List.of());
  }

  private void write(String content, IndexEntry... entries) throws IOException {
    ByteArrayOutputStream index = new ByteArrayOutputStream();
    IndexWriter writer = new IndexWriter(index);
    writer.write(new IndexEntry.Root(meta));
    for (IndexEntry entry : entries) {
      writer.write(entry);
    }
    writer.write(new IndexEntry.Leave());
    MountWriter.write(
        new ByteArrayInputStream(index.toByteArray()),
        new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)),
        into);
  }

  private void refused(String content, IndexEntry... entries) throws IOException {
    assertThrows(IOException.class, () -> write(content, entries));
    assertEquals("untouched", Files.readString(outside.resolve("file")));
    assertEquals(1, outside.toFile().list().length);
  }

  private IndexEntry.Symlink link(String name) {
    return new IndexEntry.Symlink(BytePath.of(name), meta, BytePath.of(outside.toString()));
  }

  private IndexEntry.File file(String name, long size, int number) {
    return new IndexEntry.File(BytePath.of(name), meta, size, number);
  }

  private IndexEntry.Directory enter(String name) {
    return new IndexEntry.Directory(BytePath.of(name), meta);
  }

  @Test
  void aGoodOneIsWritten() throws IOException {
    write("abc", enter("d"), file("f", 3, 1), new IndexEntry.Leave(), link("s"));
    assertEquals("abc", Files.readString(into.resolve("d/f")));
  }

  @Test
  void aLinkIsNotEntered() throws IOException {
    refused("abc", link("d"), enter("d"), file("file", 3, 0), new IndexEntry.Leave());
  }

  @Test
  void nothingIsReplaced() throws IOException {
    refused("abc", link("file"), file("file", 3, 0));
    assertEquals(0, Files.size(outside.resolve("file")) - "untouched".length());
  }

  @Test
  void aNameTwiceIsRefused() throws IOException {
    refused("abcdef", file("f", 3, 0), file("f", 3, 0));
  }

  @Test
  void aHardLinkNamesAFileBeforeIt() throws IOException {
    refused("", new IndexEntry.Link(BytePath.of("l"), 1));
    refused("abc", file("g", 3, 0), new IndexEntry.Link(BytePath.of("m"), 0));
  }

  @Test
  void contentAndIndexMustFit() throws IOException {
    refused("ab", file("f", 3, 0));
  }

  @Test
  void contentThatNobodyWantsIsRefused() throws IOException {
    refused("abcd", file("f", 3, 0));
  }
}
