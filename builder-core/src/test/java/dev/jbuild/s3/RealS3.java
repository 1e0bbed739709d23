package dev.jbuild.s3;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.services.s3.S3Client;

/// S3Proxy, a server that speaks the protocol of S3 and checks its signatures, on a free port of
/// this machine with one bucket. Maven fetches it before the integration tests.
public final class RealS3 implements AutoCloseable {

  public static final String BUCKET = "builds";
  private static final String ID = "test-id";
  private static final String SECRET = "test-secret";
  private static final String VERSION = "4.1.0";

  private final Process process;
  private final int port;
  private final Path log;

  private RealS3(Process process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /// @param directory for its files
  public static RealS3 start(Path directory) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    Path data = Files.createDirectories(directory.resolve("s3-data"));
    Path log = directory.resolve("s3.log");
    Path properties =
        Files.writeString(
            directory.resolve("s3proxy.properties"),
            "s3proxy.endpoint=http://127.0.0.1:"
                + port
                + "\ns3proxy.authorization=aws-v4\ns3proxy.identity="
                + ID
                + "\ns3proxy.credential="
                + SECRET
                + "\njclouds.provider=filesystem-nio2\njclouds.filesystem.basedir="
                + data
                + "\n");
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                jar().toString(),
                "--properties",
                properties.toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    RealS3 server = new RealS3(process, port, log);
    server.await();
    try (S3Client client = Connection.open(S3Place.of(server.attributes(), Map.of()))) {
      client.createBucket(b -> b.bucket(BUCKET));
    }
    return server;
  }

  private static Path jar() {
    Path fetched = Path.of("target/servers/s3proxy.jar").toAbsolutePath();
    String name = "s3proxy-" + VERSION + "-jar-with-dependencies.jar";
    return Files.exists(fetched)
        ? fetched
        : Path.of(
            System.getProperty("user.home"), ".m2/repository/org/gaul/s3proxy", VERSION, name);
  }

  private void await() throws Exception {
    for (int i = 0; i < 600; i++) {
      try {
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return;
      } catch (IOException e) {
        if (!process.isAlive()) {
          break;
        }
        Thread.sleep(50);
      }
    }
    close();
    throw new IllegalStateException(
        Files.readString(log) + "\nmvn pre-integration-test fetches " + jar());
  }

  public int port() {
    return port;
  }

  /// What `type=s3` needs to know.
  public Map<String, String> attributes() {
    return attributes(port, SECRET);
  }

  static Map<String, String> attributes(int port, String secret) {
    return Map.of(
        "bucket", BUCKET,
        "endpoint_url", "http://127.0.0.1:" + port,
        "use_path_style", "true",
        "access_key_id", ID,
        "secret_access_key", secret);
  }

  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
