package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.jbuild.BuildRequest.DockerfileSource;
import dev.jbuild.BuildRequest.Input;
import dev.jbuild.content.TempSpace;
import dev.jbuild.fetch.FetchStore;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.SourceText;
import dev.jbuild.snapshot.TreeRemover;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Contexts that are no directory of the user's, hostile ones too.
class BuildInputsTest {

  private static final String TOKEN = "FROM token-of-the-host\n";

  @TempDir Path directory;
  private Path work;
  private Path secret;
  private TempSpace temp;

  @BeforeEach
  void open() throws IOException {
    work = Files.createDirectory(directory.resolve("tmp"));
    temp = TempSpace.open(work, TreeRemover::remove);
    secret = Files.createDirectory(directory.resolve("host")).resolve("Dockerfile");
    Files.writeString(secret, TOKEN);
  }

  @AfterEach
  void close() throws IOException {
    temp.close();
    assertEquals(TOKEN, Files.readString(secret), "the host's file changed");
    try (Stream<Path> left = Files.list(directory.resolve("host"))) {
      assertEquals(1, left.count(), "something was written beside it");
    }
  }

  private interface Entries {
    void write(TarArchiveOutputStream tar) throws IOException;
  }

  private static byte[] tar(Entries entries) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes)) {
      entries.write(tar);
    }
    return bytes.toByteArray();
  }

  private static void file(TarArchiveOutputStream tar, String name, String content)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.UTF_8);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(bytes.length);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream tar, String name, byte type, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, type, true);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  private BuildRequest archive(byte[] bytes, DockerfileSource dockerfile) throws IOException {
    Path file = directory.resolve("context.tar");
    Files.write(file, bytes);
    return BuildRequest.of(new ContextSource.Archive(file))
        .with(new Input(new ContextSource.Archive(file), dockerfile, Map.of()));
  }

  private BuildRequest archive(byte[] bytes) throws IOException {
    return archive(bytes, new DockerfileSource.Default());
  }

  private BuildInputs inputs(BuildRequest request) throws IOException {
    return BuildInputs.open(request, FetchStore.alone(directory, temp), event -> {});
  }

  private String dockerfile(BuildRequest request) throws IOException {
    try (BuildInputs inputs = inputs(request)) {
      return DockerfileFiles.read(inputs.task()).text();
    }
  }

  private static byte[] plain() throws IOException {
    return tar(t -> {
      file(t, "Dockerfile", "FROM scratch\n");
      file(t, "sub/other", "FROM other\n");
      file(t, ".dockerignore", "*\n");
    });
  }

  @Test
  void anArchiveHoldsItsDockerfileAndNoIgnoreFileApplies() throws IOException {
    for (byte[] bytes : new byte[][] {plain(), gzip(plain())}) {
      try (BuildInputs inputs = inputs(archive(bytes))) {
        Path context = inputs.task().context().orElseThrow();
        assertEquals("FROM scratch\n", DockerfileFiles.read(inputs.task()).text());
        assertEquals("FROM other\n", Files.readString(context.resolve("sub/other")));
        assertTrue(DockerfileFiles.ignored(inputs.task()).isEmpty());
      }
    }
  }

  @Test
  void theDockerfileIsNamedByItsPlaceInTheArchive() throws IOException {
    try (BuildInputs inputs =
        inputs(archive(plain(), new DockerfileSource.InContext("/sub/../sub/other")))) {
      assertEquals("FROM other\n", DockerfileFiles.read(inputs.task()).text());
    }
    InvalidInput missing =
        assertThrows(
            InvalidInput.class,
            () -> dockerfile(archive(plain(), new DockerfileSource.InContext("sub/none"))));
    assertEquals("NoDockerfile", missing.problems().getFirst().code());
  }

  @Test
  void aDockerfileGivenAsTextWinsOverTheArchives() throws IOException {
    SourceText text = new SourceText("Dockerfile", "FROM text\n");
    assertEquals("FROM text\n", dockerfile(archive(plain(), new DockerfileSource.Text(text))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"ABSOLUTE", "../host/Dockerfile", "../../../../../../../ABSOLUTE"})
  void aDockerfileThatIsALinkOutIsNotRead(String target) throws IOException {
    String to = target.replace("ABSOLUTE", secret.toString());
    byte[] bytes = tar(t -> link(t, "Dockerfile", TarConstants.LF_SYMLINK, to));
    InvalidInput refused = assertThrows(InvalidInput.class, () -> dockerfile(archive(bytes)));
    assertEquals("NoDockerfile", refused.problems().getFirst().code());
    assertFalse(refused.problems().getFirst().message().contains("token"));
  }

  @Test
  void aDockerfileThatIsALinkInsideIsFollowed() throws IOException {
    byte[] bytes =
        tar(t -> {
          link(t, "Dockerfile", TarConstants.LF_SYMLINK, "/docker/real");
          file(t, "docker/real", "FROM real\n");
        });
    assertEquals("FROM real\n", dockerfile(archive(bytes)));
  }

  @Test
  void aDockerfileThatIsNoFileIsNoneEither() throws IOException {
    byte[] fifo = tar(t -> link(t, "Dockerfile", TarConstants.LF_FIFO, ""));
    byte[] loop = tar(t -> link(t, "Dockerfile", TarConstants.LF_SYMLINK, "Dockerfile"));
    assertThrows(InvalidInput.class, () -> dockerfile(archive(fifo)));
    assertThrows(InvalidInput.class, () -> dockerfile(archive(loop)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"../x", "a/../../x", "/abs", "./../x", "../../host/x", "../../../host/Dockerfile"})
  void noNameLeadsOutOfTheDirectory(String name) throws IOException {
    byte[] bytes =
        tar(t -> {
          file(t, name, "FROM evil\n");
          file(t, "Dockerfile", "FROM scratch\n");
        });
    try (BuildInputs inputs = inputs(archive(bytes))) {
      assertEquals("FROM scratch\n", DockerfileFiles.read(inputs.task()).text());
      Path context = inputs.task().context().orElseThrow();
      assertFalse(Files.exists(context.resolveSibling("x")));
      assertFalse(Files.exists(work.resolve("x")));
    }
  }

  @Test
  void noLinkLeadsAWriteOutOfTheDirectory() throws IOException {
    byte[] bytes =
        tar(t -> {
          link(t, "d", TarConstants.LF_SYMLINK, secret.getParent().toString());
          file(t, "d/Dockerfile", "FROM evil\n");
          file(t, "d/planted", "evil\n");
          file(t, "Dockerfile", "FROM scratch\n");
        });
    // Where the link leads inside the directory: nothing of the host is touched, see `close`.
    assertEquals("FROM scratch\n", dockerfile(archive(bytes)));
  }

  @Test
  void aHardLinkToTheHostIsRefused() throws IOException {
    byte[] bytes = tar(t -> link(t, "Dockerfile", TarConstants.LF_LINK, secret.toString()));
    InvalidInput refused = assertThrows(InvalidInput.class, () -> dockerfile(archive(bytes)));
    assertEquals("InvalidContextArchive", refused.problems().getFirst().code());
  }

  @Test
  void whatIsNoArchiveOrABrokenOneIsRefused() throws IOException {
    byte[] cut =
        Arrays.copyOf(tar(t -> file(t, "Dockerfile", "FROM scratch\n".repeat(1000))), 4096);
    for (byte[] bytes : new byte[][] {"no tar".getBytes(StandardCharsets.UTF_8), cut}) {
      InvalidInput refused = assertThrows(InvalidInput.class, () -> dockerfile(archive(bytes)));
      assertEquals("InvalidContextArchive", refused.problems().getFirst().code());
    }
  }

  @Test
  void aNamedArchiveIsUnpackedToo() throws IOException {
    Path file = Files.write(directory.resolve("named.tar"), gzip(plain()));
    BuildRequest request =
        BuildRequest.of(new ContextSource.Empty())
            .with(
                new Input(
                    new ContextSource.Empty(),
                    new DockerfileSource.Text(new SourceText("Dockerfile", "FROM scratch\n")),
                    Map.of("Files", new ContextSource.Archive(file))));
    try (BuildInputs inputs = inputs(request)) {
      assertTrue(inputs.task().contexts().containsKey("files"));
      assertEquals(1, inputs.task().brought().size());
    }
  }

  private String served(byte[] body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/context";
      return dockerfile(BuildRequest.of(new ContextSource.Http(url)));
    } finally {
      server.stop(0);
    }
  }

  @Test
  void aDownloadIsAnArchiveOrADockerfile() throws IOException {
    assertEquals("FROM scratch\n", served(gzip(plain())));
    assertEquals("FROM alone\n", served("FROM alone\n".getBytes(StandardCharsets.UTF_8)));
  }

  /// A broken archive whose Dockerfile is a link: nothing is written through it, nothing read.
  @Test
  void aBrokenDownloadIsRefusedWhateverItLaid() throws IOException {
    byte[] whole =
        tar(t -> {
          link(t, "Dockerfile", TarConstants.LF_SYMLINK, secret.toString());
          file(t, "big", "x".repeat(10_000));
        });
    byte[] broken = Arrays.copyOf(whole, 3000);
    InvalidInput refused = assertThrows(InvalidInput.class, () -> served(broken));
    assertEquals("InvalidContextArchive", refused.problems().getFirst().code());
  }

  @Test
  void aContextThatIsAnImageIsRefused() {
    InvalidInput refused =
        assertThrows(
            InvalidInput.class,
            () -> dockerfile(BuildRequest.of(new ContextSource.Image("alpine"))));
    assertEquals("NoContext", refused.problems().getFirst().code());
  }
}
