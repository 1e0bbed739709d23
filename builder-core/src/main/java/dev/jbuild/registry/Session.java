package dev.jbuild.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.api.DescriptorDigest;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.event.EventHandlers;
import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryClient;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.OciJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Talks to one endpoint about one repository: manifests as raw bytes by itself, blobs through Jib.
/// Safe for several threads.
final class Session implements AutoCloseable {

  static final String AGENT = "jbuild";
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=\"([^\"]*)\"");

  private final Endpoint endpoint;
  private final Optional<Credential> credential;
  private final Transport transport;
  private Optional<Authorization> authorization = Optional.empty();
  private Optional<RegistryClient> puller = Optional.empty();
  private Optional<RegistryClient> pusher = Optional.empty();

  Session(Endpoint endpoint, Optional<Credential> credential) {
    this.endpoint = endpoint;
    this.credential = credential;
    this.transport = new Transport(endpoint);
  }

  Endpoint endpoint() {
    return endpoint;
  }

  /// A manifest's bytes, as the registry has them.
  byte[] manifest(String tagOrDigest, List<String> accept) throws IOException {
    URI url = URI.create(endpoint.base() + "/manifests/" + tagOrDigest);
    try {
      return get(url, accept, authorization);
    } catch (ResponseException e) {
      if (e.getStatusCode() != 401) {
        throw e;
      }
      authorization = Optional.of(authorize(e));
      return get(url, accept, authorization);
    }
  }

  private byte[] get(URI url, List<String> accept, Optional<Authorization> auth)
      throws IOException {
    Request.Builder request = Request.builder().setAccept(accept).setUserAgent(AGENT);
    auth.ifPresent(request::setAuthorization);
    try (Response response = transport.get(url.toURL(), request.build())) {
      byte[] bytes = response.getBody().readNBytes(OciJson.MAX_BYTES + 1);
      if (bytes.length > OciJson.MAX_BYTES) {
        throw new IOException("the answer is larger than " + OciJson.MAX_BYTES + " bytes");
      }
      return bytes;
    }
  }

  /// Answers a challenge (distribution spec, token authentication): a bearer token, or the
  /// credentials themselves.
  private Authorization authorize(ResponseException challenge) throws IOException {
    String header = Optional.ofNullable(challenge.getHeaders().getAuthenticate()).orElse("");
    Optional<Authorization> basic =
        credential
            .filter(c -> !c.isOAuth2RefreshToken())
            .map(c -> Authorization.fromBasicCredentials(c.getUsername(), c.getPassword()));
    if (!header.regionMatches(true, 0, "Bearer", 0, 6)) {
      return basic.orElseThrow(() -> unwrapped(challenge));
    }
    String realm = "";
    String service = "";
    Matcher matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      switch (matcher.group(1)) {
        case "realm" -> realm = matcher.group(2);
        case "service" -> service = matcher.group(2);
        default -> {}
      }
    }
    URI url =
        URI.create(
            realm
                + "?service="
                + encoded(service)
                + "&scope="
                + encoded("repository:" + endpoint.repository() + ":pull"));
    JsonNode answer = new ObjectMapper().readTree(get(url, List.of("application/json"), basic));
    String token = answer.path("token").asText(answer.path("access_token").asText(""));
    if (token.isEmpty()) {
      throw new IOException(endpoint.host() + " gave no token");
    }
    return Authorization.fromBearerToken(token);
  }

  private static IllegalStateException unwrapped(ResponseException challenge) {
    return new NotAuthorized(challenge);
  }

  /// Nobody to log in as.
  static final class NotAuthorized extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    NotAuthorized(ResponseException cause) {
      super(cause);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /// Jib's client, authenticated to pull.
  synchronized RegistryClient puller() throws IOException, RegistryException {
    if (puller.isEmpty()) {
      RegistryClient client = client(Optional.empty());
      if (!client.doPullBearerAuth() && credential.isPresent()) {
        client.configureBasicAuth();
      }
      puller = Optional.of(client);
    }
    return puller.get();
  }

  /// Jib's client, authenticated to push.
  ///
  /// @param mountFrom a repository that layers may be mounted from
  synchronized RegistryClient pusher(Optional<String> mountFrom)
      throws IOException, RegistryException {
    if (pusher.isEmpty()) {
      RegistryClient client = client(mountFrom);
      if (!client.doPushBearerAuth() && credential.isPresent()) {
        client.configureBasicAuth();
      }
      pusher = Optional.of(client);
    }
    return pusher.get();
  }

  private RegistryClient client(Optional<String> mountFrom) {
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
    return factory.setUserAgent(AGENT).newRegistryClient();
  }

  static DescriptorDigest jib(Digest digest) throws IOException {
    try {
      return DescriptorDigest.fromDigest(digest.toString());
    } catch (DigestException e) {
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    transport.shutDown();
  }
}
