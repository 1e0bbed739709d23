package dev.jbuild.registry;

import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import javax.net.ssl.SSLException;

/// When to ask again after a failure. Each wait is twice the one before, unless the server says how
/// long.
final class Backoff {

  private static final int ATTEMPTS = 5;
  private static final Duration FIRST_WAIT = Duration.ofMillis(200);
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

  private int attempts;

  /// Waits and returns true if the failure may pass; false to give up.
  boolean again(IOException failure) throws IOException {
    attempts++;
    if (attempts >= ATTEMPTS || !isPassing(failure)) {
      return false;
    }
    Duration own = FIRST_WAIT.multipliedBy(1L << (attempts - 1));
    Duration wait = retryAfter(failure).orElse(own);
    if (wait.compareTo(LONGEST_WAIT) > 0) {
      return false;
    }
    pause(wait.plusMillis(ThreadLocalRandom.current().nextLong(own.toMillis() / 4 + 1)));
    return true;
  }

  /// Progress was made: the failures before it do not count.
  void reset() {
    attempts = 0;
  }

  static boolean isPassing(IOException failure) {
    return switch (failure) {
      case ResponseException e -> {
        int status = e.getStatusCode();
        yield status == 408
            || status == 429
            || status == 500
            || status == 502
            || status == 503
            || status == 504
            || status == 400 && isDigestInvalid(e);
      }
      case OriginGuard.Refused refused -> false;
      case UnknownHostException unknown -> false;
      case ConnectException refused -> false;
      case SSLException insecure -> insecure.getCause() instanceof java.net.SocketException;
      case java.net.SocketTimeoutException slow -> true;
      case InterruptedIOException interrupted -> false;
      default -> true;
    };
  }

  /// Digests are computed from what is sent, so that they are right. A registry on plain files
  /// finds one invalid when it reads the link to a blob at the moment in which another push writes
  /// it.
  private static boolean isDigestInvalid(ResponseException e) {
    return e.getContent() != null && e.getContent().contains("DIGEST_INVALID");
  }

  private static Optional<Duration> retryAfter(IOException failure) {
    if (!(failure instanceof ResponseException e) || e.getHeaders().getRetryAfter() == null) {
      return Optional.empty();
    }
    String value = e.getHeaders().getRetryAfter().trim();
    if (value.matches("\\d{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
    }
    try {
      Instant then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), then);
      return Optional.of(wait.isNegative() ? Duration.ZERO : wait);
    } catch (DateTimeParseException notADate) {
      return Optional.empty();
    }
  }

  private static void pause(Duration wait) throws IOException {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }
}
