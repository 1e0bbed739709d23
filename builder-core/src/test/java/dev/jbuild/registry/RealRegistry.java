package dev.jbuild.registry;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// The `docker-registry` program on a free port of this machine.
public final class RealRegistry implements AutoCloseable {

  private final Process process;
  private final int port;

  private RealRegistry(Process process, int port) {
    this.process = process;
    this.port = port;
  }

  /// @param directory for its files
  /// @param authLines a line of an htpasswd file, or none for a registry open to all
  public static RealRegistry start(Path directory, String... authLines) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String auth = "";
    if (authLines.length > 0) {
      Path passwords = Files.writeString(directory.resolve("htpasswd"), authLines[0] + "\n");
      auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + passwords + "\n";
    }
    Path config =
        Files.writeString(
            directory.resolve("config.yml"),
            "version: 0.1\nlog:\n  level: error\nstorage:\n  filesystem:\n    rootdirectory: "
                + directory.resolve("data")
                + "\nhttp:\n  addr: 127.0.0.1:"
                + port
                + "\n"
                + auth);
    Process process =
        new ProcessBuilder("docker-registry", "serve", config.toString())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("log").toFile())
            .start();
    RealRegistry registry = new RealRegistry(process, port);
    registry.await(directory);
    return registry;
  }

  private void await(Path directory) throws Exception {
    for (int i = 0; i < 200; i++) {
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
    throw new IllegalStateException(Files.readString(directory.resolve("log")));
  }

  public String host() {
    return "127.0.0.1:" + port;
  }

  @Override
  public void close() throws java.io.IOException {
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
