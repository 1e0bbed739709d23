package dev.jbuild.registry;

import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryClient;
import dev.jbuild.oci.Descriptor;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.OciJson;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.security.DigestException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Talks to one endpoint about one repository: reads by itself, writes through Jib. Safe for
/// several threads.
final class Session implements AutoCloseable {

  static final String AGENT = "jbuild";

  private final Endpoint endpoint;
  private final Optional<Credential> credential;
  private final Transport transport;
  private final Challenge challenge;
  private final Map<Optional<String>, RegistryClient> pushers = new HashMap<>();
  private volatile Optional<Authorization> authorization = Optional.empty();

  Session(Endpoint endpoint, Optional<Credential> credential, Transport transport) {
    this.endpoint = endpoint;
    this.credential = credential;
    this.transport = transport;
    this.challenge = new Challenge(endpoint, credential, transport);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  long requests() {
    return transport.requests();
  }

  /// A manifest's bytes, as the registry has them.
  byte[] manifest(String tagOrDigest, List<String> accept) throws IOException {
    URI url = URI.create(endpoint.base() + "/manifests/" + tagOrDigest);
    try (Response response = get(url, accept)) {
      byte[] bytes = response.getBody().readNBytes(OciJson.MAX_BYTES + 1);
      if (bytes.length > OciJson.MAX_BYTES) {
        throw new OriginGuard.Refused("a manifest is larger than " + OciJson.MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /// Writes a blob's bytes; goes on where a broken connection left off. Not more than its size is
  /// written; whether the bytes are the right ones is for the caller to check.
  ///
  /// Throws [java.io.UncheckedIOException] when `out` fails.
  void blob(Descriptor blob, OutputStream out) throws IOException {
    URI url = URI.create(endpoint.base() + "/blobs/" + blob.digest());
    Download download = new Download(blob, out);
    Backoff backoff = new Backoff();
    while (!download.isComplete()) {
      long before = download.done();
      try {
        from(before, url, download);
      } catch (ResponseException e) {
        throw e;
      } catch (IOException e) {
        if (download.done() - before >= Download.PROGRESS) {
          backoff.reset();
        }
        if (!backoff.again(e)) {
          throw e;
        }
      }
    }
  }

  private void from(long offset, URI url, Download download) throws IOException {
    ScopedValue.where(OriginGuard.FROM, offset)
        .<@org.jspecify.annotations.Nullable Void, IOException>call(() -> {
          try (Response response = get(url, List.of("*/*"))) {
            download.take(response);
          }
          return null;
        });
  }

  private Response get(URI url, List<String> accept) throws IOException {
    Optional<Authorization> used = authorization;
    try {
      return transport.get(url.toURL(), request(accept, used));
    } catch (ResponseException e) {
      if (e.getStatusCode() != 401) {
        throw e;
      }
      return transport.get(url.toURL(), request(accept, Optional.of(renew(used, e))));
    }
  }

  /// One thread answers the challenge for all that met it.
  private synchronized Authorization renew(
      Optional<Authorization> refused, ResponseException unauthorized) throws IOException {
    if (authorization.isPresent() && !authorization.equals(refused)) {
      return authorization.get();
    }
    Authorization fresh =
        ScopedValue.where(OriginGuard.FROM, 0L).call(() -> challenge.answer(unauthorized));
    authorization = Optional.of(fresh);
    return fresh;
  }

  static Request request(List<String> accept, Optional<Authorization> authorization) {
    Request.Builder request = Request.builder().setAccept(accept).setUserAgent(AGENT);
    authorization.ifPresent(request::setAuthorization);
    return request.build();
  }

  /// Jib's client, authenticated to push.
  ///
  /// @param mountFrom a repository that layers may be mounted from
  synchronized RegistryClient pusher(Optional<String> mountFrom)
      throws IOException, RegistryException {
    RegistryClient known = pushers.get(mountFrom);
    if (known != null) {
      return known;
    }
    RegistryClient.Factory factory =
        mountFrom.isPresent()
            ? RegistryClient.factory(
                EventHandlers.NONE,
                endpoint.host(),
                endpoint.repository(),
                mountFrom.get(),
                transport)
            : RegistryClient.factory(
                EventHandlers.NONE, endpoint.host(), endpoint.repository(), transport);
    credential.ifPresent(factory::setCredential);
    RegistryClient client = factory.setUserAgent(AGENT).newRegistryClient();
    if (!client.doPushBearerAuth() && credential.isPresent()) {
      client.configureBasicAuth();
    }
    pushers.put(mountFrom, client);
    return client;
  }

  static DescriptorDigest jib(Digest digest) {
    try {
      return DescriptorDigest.fromDigest(digest.toString());
    } catch (DigestException e) {
      throw new IllegalStateException("a digest is one for Jib too", e);
    }
  }

  @Override
  public void close() throws IOException {
    transport.shutDown();
  }
}
