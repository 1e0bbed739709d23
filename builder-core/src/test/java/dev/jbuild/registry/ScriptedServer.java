package dev.jbuild.registry;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// An HTTP server on this machine that answers as a test says and remembers what it was asked.
final class ScriptedServer implements AutoCloseable {

  /// A request.
  ///
  /// @param target `METHOD /path`
  record Asked(String target, Optional<String> authorization, Optional<String> range) {}

  /// Answers a request, or part of it.
  interface Answer {
    void to(HttpExchange exchange, int count) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  final List<Asked> asked = new CopyOnWriteArrayList<>();

  /// @param answer gets the number of the request to the same target, from 1
  ScriptedServer(Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          String target = exchange.getRequestMethod() + " " + exchange.getRequestURI();
          asked.add(
              new Asked(
                  target,
                  Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization")),
                  Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range"))));
          try (exchange) {
            answer.to(
                exchange, (int) asked.stream().filter(a -> a.target().equals(target)).count());
          }
        });
    server.start();
  }

  String host() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  long count(String start) {
    return asked.stream().filter(a -> a.target().startsWith(start)).count();
  }

  static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    if (body.length > 0) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
