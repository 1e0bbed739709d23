package dev.jbuild.cache.github;

import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.SafeText;
import dev.jbuild.registry.EnvironmentProxies;
import dev.jbuild.registry.TrustAnchors;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// HTTP with the proxies and certificates of this machine. No redirect is followed, and what may
/// pass is tried again.
final class WebRequests {

  private static final int ATTEMPTS = 4;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
  private static final Duration CONNECT = Duration.ofSeconds(15);
  private static final int BUFFER = 64 << 10;

  private final Duration timeout;
  private @Nullable HttpClient client;

  /// @param timeout of each request with its bytes
  WebRequests(Duration timeout) {
    this.timeout = timeout;
  }

  /// What a server said.
  static final class Answer {
    private final int status;
    private final byte[] body;

    Answer(int status, byte[] body) {
      this.status = status;
      this.body = body;
    }

    int status() {
      return status;
    }

    byte[] body() {
      return body;
    }
  }

  private synchronized HttpClient client() {
    HttpClient open = client;
    if (open == null) {
      open =
          HttpClient.newBuilder()
              .version(HttpClient.Version.HTTP_1_1)
              .followRedirects(HttpClient.Redirect.NEVER)
              .proxy(EnvironmentProxies.INSTANCE)
              .sslContext(TrustAnchors.ofMachine())
              .connectTimeout(CONNECT)
              .build();
      client = open;
    }
    return open;
  }

  /// Sends a request; made again for each attempt.
  ///
  /// @param most bytes of the answer that are kept
  Answer ask(Supplier<HttpRequest.Builder> request, int most) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Duration wait = FIRST_WAIT.multipliedBy(1L << (attempt - 1));
      try {
        HttpResponse<InputStream> response = send(request.get());
        try (InputStream in = response.body()) {
          Answer answer = new Answer(response.statusCode(), in.readNBytes(most));
          if (attempt == ATTEMPTS || !isPassing(answer.status())) {
            return answer;
          }
          wait = retryAfter(response, wait);
        }
      } catch (IOException e) {
        if (attempt == ATTEMPTS || e instanceof java.net.ConnectException) {
          throw e;
        }
      }
      pause(wait);
    }
  }

  /// Writes what a URL has to `out`; more than `most` bytes are an error.
  void download(URI address, long most, OutputStream out) throws IOException {
    HttpResponse<InputStream> response = send(HttpRequest.newBuilder(address).GET());
    // Reading knows no time limit of its own.
    InputStream in = response.body();
    Thread limit = Thread.ofVirtual().start(() -> closeLater(in));
    try (in) {
      if (response.statusCode() != 200) {
        throw new IOException("the blob service answered " + response.statusCode());
      }
      byte[] buffer = new byte[BUFFER];
      long left = most;
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        left -= read;
        if (left < 0) {
          throw new IOException("more than " + most + " bytes");
        }
        out.write(buffer, 0, read);
      }
    } finally {
      limit.interrupt();
    }
  }

  private void closeLater(InputStream in) {
    try {
      Thread.sleep(timeout);
      in.close();
    } catch (InterruptedException | IOException e) {
      // It ended in time, or just now.
    }
  }

  private HttpResponse<InputStream> send(HttpRequest.Builder request) throws IOException {
    try {
      return client()
          .send(request.timeout(timeout).build(), HttpResponse.BodyHandlers.ofInputStream());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }

  private static boolean isPassing(int status) {
    return status == 408 || status == 429 || status == 500 || status >= 502;
  }

  private static Duration retryAfter(HttpResponse<?> response, Duration otherwise) {
    return response
        .headers()
        .firstValue("Retry-After")
        .filter(v -> v.matches("\\d{1,5}"))
        .map(v -> Duration.ofSeconds(Long.parseLong(v)))
        .map(d -> d.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : d)
        .orElse(otherwise);
  }

  private static void pause(Duration wait) {
    try {
      Thread.sleep(wait.plusMillis(ThreadLocalRandom.current().nextLong(100)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }

  /// Why a request failed, in a few words.
  static String reason(IOException e) {
    return switch (e) {
      case java.net.ConnectException refused -> "cannot connect";
      case java.net.http.HttpTimeoutException slow -> "no answer in time";
      default -> SafeText.line(String.valueOf(e.getMessage()).lines().findFirst().orElse("failed"));
    };
  }
}
