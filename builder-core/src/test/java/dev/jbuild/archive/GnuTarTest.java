package dev.jbuild.archive;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Archives that GNU tar wrote, where it is installed.
class GnuTarTest {

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--format=gnu",
        "--format=oldgnu",
        "--format=posix --sparse-version=0.0",
        "--format=posix --sparse-version=0.1",
        "--format=posix --sparse-version=1.0"
      })
  void sparseFiles(String options) throws Exception {
    assumeTrue(Files.exists(Path.of("/bin/tar")), "no GNU tar here: not tested");
    Path file = temp.resolve("sparse");
    try (RandomAccessFile out = new RandomAccessFile(file.toString(), "rw")) {
      for (int i = 0; i < 60; i++) {
        out.seek(i * 20_000L);
        out.write(("data " + i).repeat(1 + i).getBytes(java.nio.charset.StandardCharsets.UTF_8));
      }
      out.setLength(2_000_000);
    }
    Files.writeString(temp.resolve("z" + "long".repeat(50)), "after");
    byte[] tar = tar(options);
    List<Tars.Member> members = Tars.read(tar);
    assertEquals(2, members.size());
    assertEquals("sparse", members.get(0).entry().name().text());
    assertEquals(2_000_000, members.get(0).entry().size());
    assertArrayEquals(Files.readAllBytes(file), members.get(0).content());
    assertEquals("after", members.get(1).text());
  }

  private byte[] tar(String options) throws IOException, InterruptedException {
    Path archive = temp.resolve("a.tar");
    List<String> command =
        Stream.of(
                Stream.of("/bin/tar", "-cSf", archive.toString(), "-C", temp.toString()),
                Stream.of(options.split(" ")),
                Stream.of("sparse", "z" + "long".repeat(50)))
            .flatMap(s -> s)
            .toList();
    Process process = new ProcessBuilder(command).inheritIO().start();
    assertEquals(0, process.waitFor());
    return Files.readAllBytes(archive);
  }
}
