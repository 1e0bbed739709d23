package dev.jbuild;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.jbuild.event.EventSink;
import dev.jbuild.fetch.FetchOptions;
import dev.jbuild.fetch.FetchStore;
import dev.jbuild.fetch.RemoteSources;
import dev.jbuild.gc.PruneRequest;
import dev.jbuild.plan.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole builds of what comes from elsewhere.
class RemoteInputsIT {

  @TempDir private Path directory;
  private final List<HttpServer> servers = new ArrayList<>();
  private final List<String> asked = new CopyOnWriteArrayList<>();
  private Path context;

  @BeforeEach
  void make() throws IOException {
    context = Files.createDirectory(directory.resolve("context"));
  }

  @AfterEach
  void end() {
    servers.forEach(s -> s.stop(0));
  }

  /// Serves the files of the test's directory; returns the start of their URLs.
  private String serve(HttpServer server) {
    server.createContext(
        "/",
        exchange -> {
          asked.add(exchange.getRequestURI().toString());
          Path file = directory.resolve(exchange.getRequestURI().getPath().substring(1));
          boolean there = Files.isRegularFile(file);
          exchange.sendResponseHeaders(there ? 200 : 404, there && Files.size(file) > 0 ? 0 : -1);
          if (there) {
            Files.copy(file, exchange.getResponseBody());
          }
          exchange.close();
        });
    server.start();
    servers.add(server);
    return "://127.0.0.1:" + server.getAddress().getPort();
  }

  private static InetSocketAddress free() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
  }

  private String http() throws IOException {
    return "http" + serve(HttpServer.create(free(), 0));
  }

  private Path build(BuildRequest.Input input, Map<String, String> arguments) {
    Path out = directory.resolve("out");
    BuildRequest request =
        BuildRequest.of(input.context())
            .with(input)
            .with(
                new BuildRequest.ImageOptions(
                    Optional.empty(), arguments, Map.of(), List.of(), List.of()))
            .with(List.of(new Output(Output.Kind.LOCAL, Optional.of(out.toString()), Map.of())));
    try (Workspace workspace = Workspace.open(directory.resolve("state"))) {
      var ignored =
          new ImageBuilder(workspace)
              .build(request, EventSink.none(), OutputStream.nullOutputStream());
    }
    return out;
  }

  private Path build(Map<String, ContextSource> named) {
    return build(
        new BuildRequest.Input(
            new ContextSource.Directory(context),
            new BuildRequest.DockerfileSource.Default(),
            named),
        Map.of());
  }

  private void dockerfile(String text) throws IOException {
    Files.writeString(context.resolve("Dockerfile"), text);
  }

  @Test
  void aContextFromGit() throws Exception {
    GitRepository.of(directory.resolve("repo"), "a", "one\n")
        .commit("Dockerfile", "FROM scratch\nCOPY . /\n");
    ContextSource git = new ContextSource.Git(http() + "/repo/.git#main");
    var input = new BuildRequest.Input(git, new BuildRequest.DockerfileSource.Default(), Map.of());
    Path out = build(input, Map.of());
    assertEquals("one\n", Files.readString(out.resolve("a")));
    assertFalse(Files.exists(out.resolve(".git")));
    out = build(input, Map.of("BUILDKIT_CONTEXT_KEEP_GIT_DIR", "true"));
    assertEquals("Dockerfile", GitRepository.run(out, "git", "log", "-1", "--format=%s"));
  }

  @Test
  void namedContextsFromGitAndHttp() throws Exception {
    GitRepository.of(directory.resolve("repo"), "a", "of git\n");
    Files.writeString(directory.resolve("b"), "of the archive\n");
    GitRepository.run(directory, "tar", "czf", "files.tgz", "b");
    dockerfile("FROM scratch\nCOPY --from=git a /\nCOPY --from=http b /\n");
    String url = http();
    Path out =
        build(
            Map.of(
                "git", new ContextSource.Git(url + "/repo/.git"),
                "http", new ContextSource.Http(url + "/files.tgz"),
                "unused", new ContextSource.Http(url + "/nobody-asks")));
    assertEquals("of git\n", Files.readString(out.resolve("a")));
    assertEquals("of the archive\n", Files.readString(out.resolve("b")));
    assertFalse(asked.contains("/nobody-asks"), asked.toString());
  }

  @Test
  void aPruneTakesNoDownloadOfABuild() throws Exception {
    Files.writeString(directory.resolve("b"), "bytes");
    SourceSpec.Http file = SourceSpec.http(http() + "/b", Optional.empty());
    Path state = directory.resolve("state");
    Path fresh;
    try (Workspace user = Workspace.open(state);
        Workspace other = Workspace.open(state)) {
      FetchStore store =
          new FetchStore(user.state().downloads(), user.state().clones(), user.temp(), user.care());
      try (RemoteSources sources = new RemoteSources(store, FetchOptions.DEFAULT, event -> {})) {
        fresh = sources.http(file).file();
        other.disk().prune(PruneRequest.ALL);
        assertEquals("bytes", Files.readString(fresh));
      }
    }
    try (Workspace other = Workspace.open(state)) {
      other.disk().prune(PruneRequest.ALL);
    }
    assertFalse(Files.exists(fresh));
  }

  @Test
  void submodulesByRelativeAddress() throws Exception {
    GitRepository.of(directory.resolve("inner"), "x", "inner\n");
    GitRepository outer = GitRepository.of(directory.resolve("outer"), "y", "outer\n");
    outer.git("submodule", "--quiet", "add", directory.resolve("inner").toString(), "sub");
    outer.git("config", "-f", ".gitmodules", "submodule.sub.url", "../../inner/.git");
    outer.commit("z", "more\n");
    dockerfile("FROM scratch\nADD " + http() + "/outer/.git /src\n");
    Path out = build(Map.of());
    assertEquals("inner\n", Files.readString(out.resolve("src/sub/x")));
  }

  @Test
  void theDockerfileFromElsewhere() throws Exception {
    Files.writeString(directory.resolve("Else"), "FROM scratch\nCOPY own /\n");
    Files.writeString(context.resolve("own"), "own\n");
    Path out =
        build(
            new BuildRequest.Input(
                new ContextSource.Directory(context),
                new BuildRequest.DockerfileSource.Url(http() + "/Else"),
                Map.of()),
            Map.of());
    assertEquals("own\n", Files.readString(out.resolve("own")));
  }

  /// The answer of a build in a process with `environment`.
  private String elsewhere(Map<String, String> environment) throws Exception {
    return elsewhere(directory, environment, List.of());
  }

  static String elsewhere(Path directory, Map<String, String> environment, List<String> more)
      throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ElsewhereMain.class.getName(),
                directory.toString()));
    command.addAll(more);
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .keySet()
        .removeIf(k -> k.toLowerCase(java.util.Locale.ROOT).endsWith("_proxy"));
    builder.environment().remove("SSH_AUTH_SOCK");
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  /// An https server with a certificate that nobody but `ca.pem` vouches for.
  private HttpsServer secure() throws Exception {
    Path keys = directory.resolve("keys.p12");
    String tool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
    if (!Files.exists(keys)) {
      GitRepository.run(
          directory,
          tool,
          "-genkeypair",
          "-keystore",
          keys.toString(),
          "-storepass",
          "changeit",
          "-keyalg",
          "EC",
          "-dname",
          "CN=test",
          "-ext",
          "SAN=ip:127.0.0.1",
          "-ext",
          "bc=ca:true");
      GitRepository.run(
          directory,
          tool,
          "-exportcert",
          "-rfc",
          "-keystore",
          keys.toString(),
          "-storepass",
          "changeit",
          "-file",
          "ca.pem");
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(keys)) {
      store.load(in, "changeit".toCharArray());
    }
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, "changeit".toCharArray());
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(managers.getKeyManagers(), null, null);
    HttpsServer server = HttpsServer.create(free(), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    return server;
  }

  private static void redirect(HttpServer server, String to) {
    server.createContext(
        "/",
        exchange -> {
          exchange.getResponseHeaders().set("Location", to + exchange.getRequestURI());
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
    server.start();
  }

  @Test
  void certificatesOfOnesOwnAndRedirects() throws Exception {
    GitRepository.of(directory.resolve("repo"), "a", "of git\n");
    Files.writeString(directory.resolve("b"), "a file\n");
    String url = "https" + serve(secure());
    HttpsServer moved = secure();
    servers.add(moved);
    redirect(moved, url);
    String old = "https://127.0.0.1:" + moved.getAddress().getPort();
    dockerfile("FROM scratch\nADD " + old + "/b /\nADD " + old + "/repo/.git /src\n");
    assertTrue(elsewhere(Map.of()).startsWith("DownloadFailed"), "nobody vouches for the server");
    Map<String, String> trust = Map.of("SSL_CERT_FILE", directory.resolve("ca.pem").toString());
    assertTrue(elsewhere(trust).startsWith("sha256:"), elsewhere(trust));
    assertEquals("a file\n", Files.readString(directory.resolve("out/b")));
    assertEquals("of git\n", Files.readString(directory.resolve("out/src/a")));

    HttpsServer down = secure();
    servers.add(down);
    redirect(down, "http" + serve(HttpServer.create(free(), 0)));
    dockerfile("FROM scratch\nADD https://127.0.0.1:" + down.getAddress().getPort() + "/b /\n");
    String refused = elsewhere(trust);
    assertTrue(refused.startsWith("RedirectRefused"), refused);
  }

  @Test
  void theProxyIsAskedForFilesAndForGit() throws Exception {
    GitRepository.of(directory.resolve("repo"), "a", "of git\n");
    Files.writeString(directory.resolve("b"), "a file\n");
    String proxy = http();
    dockerfile(
        "FROM scratch\nADD http://files.invalid/b /\nADD http://files.invalid/repo/.git /src\n");
    String direct = elsewhere(Map.of());
    assertTrue(direct.startsWith("DownloadFailed") && direct.contains("unknown host"), direct);
    String built = elsewhere(Map.of("HTTP_PROXY", proxy));
    assertTrue(built.startsWith("sha256:"), built);
    assertEquals("of git\n", Files.readString(directory.resolve("out/src/a")));
    assertTrue(asked.contains("http://files.invalid/b"), asked.toString());
    String excepted = elsewhere(Map.of("HTTP_PROXY", proxy, "NO_PROXY", "invalid"));
    assertTrue(excepted.startsWith("DownloadFailed"), excepted);
  }
}
