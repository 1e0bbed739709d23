package dev.jbuild.registry;

import dev.jbuild.oci.ImageReference;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// One session for each repository of each server that is talked to, made when it is. Safe for
/// several threads.
final class Sessions implements AutoCloseable {

  private final RegistryOptions options;
  private final Map<Endpoint, Session> sessions = new ConcurrentHashMap<>();
  private @Nullable SSLContext trust;

  Sessions(RegistryOptions options) {
    this.options = options;
  }

  Session of(Endpoint endpoint, ImageReference reference) {
    return sessions.computeIfAbsent(endpoint, e -> open(e, reference));
  }

  private Session open(Endpoint endpoint, ImageReference reference) {
    boolean own = endpoint.equals(Endpoint.own(reference, options));
    return new Session(
        endpoint,
        Credentials.find(
            options.dockerConfig(),
            own ? reference.registry() : endpoint.host(),
            endpoint.repository()),
        new Transport(endpoint, this::trust));
  }

  private synchronized SSLContext trust() {
    SSLContext known = trust;
    if (known == null) {
      known = TrustAnchors.context(options.certificates());
      trust = known;
    }
    return known;
  }

  /// How many requests were sent to all of them.
  long requests() {
    return sessions.values().stream().mapToLong(Session::requests).sum();
  }

  @Override
  public void close() throws IOException {
    Optional<IOException> failure = Optional.empty();
    for (Session session : sessions.values()) {
      try {
        session.close();
      } catch (IOException e) {
        failure = Optional.of(e);
      }
    }
    if (failure.isPresent()) {
      throw failure.get();
    }
  }
}
