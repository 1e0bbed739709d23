package dev.jbuild.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.jbuild.content.TempSpace;
import dev.jbuild.linux.BytePath;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.BuildException;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Repositories over http, friendly and hostile. Served as files, which git calls the dumb
/// protocol.
class GitFetchTest {

  @TempDir Path directory;
  private Path work;
  private Path canary;
  private HttpServer server;
  private TempSpace temp;
  private String url;

  @BeforeEach
  void open() throws Exception {
    temp = TempSpace.open(Files.createDirectory(directory.resolve("tmp")), TreeRemover::remove);
    canary = directory.resolve("canary");
    work = Files.createDirectory(directory.resolve("work"));
    git("init", "-q", "-b", "main");
    Files.writeString(work.resolve("file"), "one\n");
    Files.createDirectory(work.resolve("sub"));
    Files.writeString(work.resolve("sub/run.sh"), "#!/bin/sh\n");
    git("add", ".");
    git("update-index", "--chmod=+x", "sub/run.sh");
    git("commit", "-q", "-m", "first");
    git("tag", "-a", "-m", "annotated", "v1");
    Files.writeString(work.resolve("file"), "two\n");
    git("commit", "-q", "-a", "-m", "second");
    serve();
  }

  private void serve() throws Exception {
    git("update-server-info");
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    Path root = work.resolve(".git");
    server.createContext(
        "/repo.git",
        exchange -> {
          Path file =
              root.resolve(exchange.getRequestURI().getPath().substring("/repo.git/".length()));
          boolean there = Files.isRegularFile(file);
          exchange.sendResponseHeaders(there ? 200 : 404, there && Files.size(file) > 0 ? 0 : -1);
          if (there) {
            Files.copy(file, exchange.getResponseBody());
          }
          exchange.close();
        });
    server.start();
    url = "http://127.0.0.1:" + server.getAddress().getPort() + "/repo.git";
  }

  private String git(String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of(
                "git",
                "-c",
                "user.name=a",
                "-c",
                "user.email=a@b",
                "-c",
                "core.hooksPath=/dev/null"));
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(work.toFile()).redirectErrorStream(true);
    builder.environment().put("GIT_COMMITTER_DATE", "1700000000 +0000");
    builder.environment().put("GIT_CONFIG_GLOBAL", "/dev/null");
    Process process = builder.start();
    String output =
        new String(
            process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    assertEquals(0, process.waitFor(), output);
    return output.strip();
  }

  @AfterEach
  void close() throws IOException {
    server.stop(0);
    temp.close();
  }

  private RemoteSources sources() {
    return new RemoteSources(FetchStore.alone(directory, temp), FetchOptions.DEFAULT, event -> {});
  }

  private static String read(FileTree tree, String path) throws IOException {
    try (var in = tree.open(BytePath.of(path))) {
      return new String(in.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
    }
  }

  private static SourceSpec.Git spec(String url) {
    return SourceSpec.git(url, Optional.empty(), Optional.empty());
  }

  private String code(String address) {
    try (RemoteSources sources = sources()) {
      return assertThrows(BuildException.class, () -> sources.tree(spec(address)))
          .problems()
          .getFirst()
          .code();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void branchesTagsAndCommits() throws Exception {
    String first = git("rev-parse", "v1^{commit}");
    try (RemoteSources sources = sources()) {
      assertEquals(first, sources.commit(spec(url + "#v1")));
      assertEquals("one\n", read(sources.tree(spec(url + "#v1")), "file"));
      assertEquals("two\n", read(sources.tree(spec(url)), "file"));
      assertEquals("two\n", read(sources.tree(spec(url + "?branch=main")), "file"));
      assertEquals("one\n", read(sources.tree(spec(url + "#" + first)), "file"));
      assertEquals(first, sources.commit(spec(url + "#" + first.substring(0, 9))));
    }
  }

  @Test
  void modesTimesAndNoGitDirectory() throws Exception {
    try (RemoteSources sources = sources()) {
      FileTree tree = sources.tree(spec(url + "#v1"));
      assertEquals(List.of(BytePath.of("file"), BytePath.of("sub")), tree.list(BytePath.EMPTY));
      assertEquals(0644, tree.stat(BytePath.of("file")).orElseThrow().mode());
      assertEquals(0755, tree.stat(BytePath.of("sub/run.sh")).orElseThrow().mode());
      assertEquals(1700000000, tree.stat(BytePath.of("sub/run.sh")).orElseThrow().mtimeSeconds());
      FileTree below = sources.tree(spec(url + "#v1:sub"));
      assertEquals(List.of(BytePath.of("run.sh")), below.list(BytePath.EMPTY));
      FileTree kept =
          sources.tree(SourceSpec.git(url + "#v1", Optional.empty(), Optional.of(true)));
      assertTrue(kept.stat(BytePath.of(".git/HEAD")).isPresent());
    }
  }

  @Test
  void whatIsNotThereIsSaid() {
    assertEquals("GitRefNotFound", code(url + "#nothing"));
    assertEquals("GitSubdirectoryNotFound", code(url + "#main:nothing"));
    assertEquals("GitFailed", code(url.replace("/repo.git", "/other.git")));
  }

  @Test
  void subdirectoriesStayInTheRepository() throws Exception {
    Files.createSymbolicLink(work.resolve("out"), Path.of("/etc"));
    Files.createSymbolicLink(work.resolve("up"), Path.of("../../.."));
    git("add", ".");
    git("commit", "-q", "-m", "links");
    git("update-server-info");
    assertEquals("GitSubdirectoryNotFound", code(url + "#main:out"));
    try (RemoteSources sources = sources()) {
      // `..` of the root is the root.
      assertTrue(sources.tree(spec(url + "#main:up")).stat(BytePath.of("file")).isPresent());
      assertTrue(
          sources.tree(spec(url + "#main:../../../sub")).stat(BytePath.of("run.sh")).isPresent());
    }
  }

  @Test
  void nothingOfARepositoryIsRun() throws Exception {
    String touch = "touch " + canary;
    Path hooks = Files.createDirectories(work.resolve("hooks"));
    for (String hook : List.of("post-checkout", "reference-transaction", "post-merge")) {
      Files.writeString(hooks.resolve(hook), "#!/bin/sh\n" + touch + "\n");
      assertTrue(hooks.resolve(hook).toFile().setExecutable(true));
    }
    Files.writeString(work.resolve(".gitattributes"), "* filter=evil diff=evil merge=evil\n");
    Files.writeString(work.resolve(".lfsconfig"), "[lfs]\n\turl = http://127.0.0.1:1/\n");
    Files.writeString(
        work.resolve(".gitmodules"),
        "[submodule \"x\"]\n\tpath = x\n\turl = ext::sh -c " + touch + "\n");
    git("add", ".");
    git("update-index", "--add", "--cacheinfo", "160000," + git("rev-parse", "HEAD") + ",x");
    git("commit", "-q", "-m", "hostile");
    Files.writeString(
        work.resolve(".git/config"),
        "[core]\n\tfsmonitor = "
            + touch
            + "\n\tsshCommand = "
            + touch
            + "\n[filter \"evil\"]\n\tsmudge = "
            + touch
            + "\n");
    git("update-server-info");
    try (RemoteSources sources = sources()) {
      assertThrows(BuildException.class, () -> sources.tree(spec(url)), "the submodule is refused");
      FileTree tree = sources.tree(spec(url + "?submodules=false"));
      assertEquals("two\n", read(tree, "file"));
    }
    assertFalse(Files.exists(canary));
  }

  @Test
  void hostileAddressesRunNothing() {
    for (String address :
        List.of(
            "git@127.0.0.1:--upload-pack=touch${IFS}" + canary + ".git",
            "ssh://-oProxyCommand=touch%20" + canary + "/x.git",
            "git@-oProxyCommand=touch:x",
            url + "#--upload-pack=touch",
            url + "#main..other")) {
      assertThrows(
          BuildException.class,
          () -> {
            try (RemoteSources sources = sources()) {
              Object ignored = sources.tree(spec(address));
            }
          },
          address);
      assertFalse(Files.exists(canary), address);
    }
  }

  @Test
  void aChecksumIsHeldTo() throws Exception {
    String first = git("rev-parse", "v1^{commit}");
    try (RemoteSources sources = sources()) {
      assertEquals(
          first,
          sources.commit(
              SourceSpec.git(url + "#v1", Optional.of(first.substring(0, 8)), Optional.empty())));
      BuildException wrong =
          assertThrows(
              BuildException.class,
              () ->
                  sources.commit(
                      SourceSpec.git(url + "#main", Optional.of(first), Optional.empty())));
      assertTrue(wrong.problems().getFirst().message().startsWith("expected checksum to match"));
    }
  }

  private FileTree fresh(SourceSpec.Git source) throws IOException {
    return sources().tree(source);
  }

  @Test
  void whatIsHereIsNotFetchedAgain() throws Exception {
    String first = git("rev-parse", "v1^{commit}");
    assertEquals("two\n", read(fresh(spec(url)), "file"));
    assertEquals("one\n", read(fresh(spec(url + "#" + first)), "file"));
    server.stop(0);
    assertEquals("one\n", read(fresh(spec(url + "#" + first)), "file"), "without the server");
    assertThrows(BuildException.class, () -> fresh(spec(url)), "a branch may have moved");
  }

  @Test
  void aDamagedCloneIsMadeAnew() throws Exception {
    String commit = git("rev-parse", "HEAD");
    assertEquals("two\n", read(fresh(spec(url + "#" + commit)), "file"));
    try (var files = Files.walk(directory.resolve("git"))) {
      for (Path file :
          files.filter(f -> f.toString().matches(".*(\\.pack|/[0-9a-f]{38})")).toList()) {
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length / 2] ^= 1;
        Files.delete(file);
        Files.write(file, bytes);
      }
    }
    assertEquals("two\n", read(fresh(spec(url + "#" + commit)), "file"));
  }

  @Test
  void aKeptGitDirectoryNeedsNothingElseAndTellsNoSecret() throws Exception {
    String secret = url.replace("//", "//user:s3cret@");
    Path files = sources().directory(SourceSpec.git(secret, Optional.empty(), Optional.of(true)));
    TreeRemover.remove(directory.resolve("git"));
    Process log =
        new ProcessBuilder("git", "-C", files.toString(), "log", "--format=%s")
            .redirectErrorStream(true)
            .start();
    assertEquals("second\nfirst\n", new String(log.getInputStream().readAllBytes(), UTF_8));
    try (var all = Files.walk(files)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        assertFalse(
            new String(Files.readAllBytes(file), ISO_8859_1).contains("s3cret"), file.toString());
      }
    }
  }

  @Test
  void credentialsAreNotTakenAlongByRedirects() throws Exception {
    List<String> asked = new java.util.concurrent.CopyOnWriteArrayList<>();
    HttpServer first =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    first.createContext(
        "/",
        exchange -> {
          asked.add(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          exchange
              .getResponseHeaders()
              .set("Location", url.replace("/repo.git", "") + exchange.getRequestURI());
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    first.start();
    try {
      String moved = "http://127.0.0.1:" + first.getAddress().getPort() + "/repo.git";
      assertEquals("two\n", read(fresh(spec(moved)), "file"), "who has no secret may be sent on");
      asked.clear();
      Map<String, byte[]> token = Map.of("GIT_AUTH_TOKEN", "s3cret".getBytes(UTF_8));
      RemoteSources trusted =
          new RemoteSources(
              FetchStore.alone(directory.resolve("other"), temp),
              new FetchOptions(token, Map.of(), false, 1 << 20),
              event -> {});
      BuildException refused = assertThrows(BuildException.class, () -> trusted.tree(spec(moved)));
      assertFalse(refused.getMessage().contains("s3cret"), refused.getMessage());
      assertTrue(asked.getFirst().startsWith("Basic "), asked.toString());
    } finally {
      first.stop(0);
    }
  }
}
