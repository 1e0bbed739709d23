package dev.jbuild.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.api.client.http.ByteArrayContent;
import com.google.cloud.tools.jib.api.Credential;
import com.google.cloud.tools.jib.http.Authorization;
import com.google.cloud.tools.jib.http.Request;
import com.google.cloud.tools.jib.http.Response;
import com.google.cloud.tools.jib.http.ResponseException;
import java.io.IOException;
import java.net.URI;
import java.net.URL;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Answers a registry that wants to know who pulls (distribution spec, token authentication): with
/// the credentials themselves, or with a token that a token server gives for them.
final class Challenge {

  private static final int MAX_ANSWER = 1 << 20;
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^\\s,\"]+))");

  private final Endpoint endpoint;
  private final Optional<Credential> credential;
  private final Transport transport;

  Challenge(Endpoint endpoint, Optional<Credential> credential, Transport transport) {
    this.endpoint = endpoint;
    this.credential = credential;
    this.transport = transport;
  }

  /// Throws the failure itself when there is nobody to log in as.
  Authorization answer(ResponseException unauthorized) throws IOException {
    List<String> headers = unauthorized.getHeaders().getAuthenticateAsList();
    Optional<String> bearer =
        Optional.ofNullable(headers).orElse(List.of()).stream()
            .filter(h -> h.regionMatches(true, 0, "Bearer ", 0, 7))
            .findFirst();
    if (bearer.isPresent()) {
      return token(parameters(bearer.get()));
    }
    return basic().orElseThrow(() -> unauthorized);
  }

  private Optional<Authorization> basic() {
    return credential
        .filter(c -> !c.isOAuth2RefreshToken())
        .map(c -> Authorization.fromBasicCredentials(c.getUsername(), c.getPassword()));
  }

  private Authorization token(Map<String, String> parameters) throws IOException {
    URL realm = realm(parameters.getOrDefault("realm", ""));
    Optional<Credential> identity = credential.filter(Credential::isOAuth2RefreshToken);
    String query =
        "service="
            + encoded(parameters.getOrDefault("service", endpoint.host()))
            + "&scope="
            + encoded("repository:" + endpoint.repository() + ":pull");
    JsonNode answer;
    if (identity.isPresent()) {
      String form =
          query
              + "&client_id=jbuild&grant_type=refresh_token&refresh_token="
              + encoded(identity.get().getPassword());
      Request request =
          Request.builder()
              .setUserAgent(Session.AGENT)
              .setBody(ByteArrayContent.fromString("application/x-www-form-urlencoded", form))
              .build();
      try (Response response = transport.post(realm, request)) {
        answer = json(response);
      }
    } else {
      URL url = URI.create(realm + (realm.getQuery() == null ? "?" : "&") + query).toURL();
      try (Response response =
          transport.get(url, Session.request(List.of("application/json"), basic()))) {
        answer = json(response);
      }
    }
    String token = answer.path("token").asText(answer.path("access_token").asText(""));
    if (token.isEmpty()) {
      throw new OriginGuard.Refused(realm.getHost() + " gives no token");
    }
    return Authorization.fromBearerToken(token);
  }

  private URL realm(String text) throws IOException {
    try {
      URI uri = URI.create(text);
      if (uri.isAbsolute() && uri.getFragment() == null && uri.toURL() instanceof URL url) {
        boolean clear = url.getProtocol().equals("http") && !Endpoint.isLoopback(url.getHost());
        if (TokenRealm.mayServe(url, endpoint) && !(clear && credential.isPresent())) {
          return url;
        }
        throw new OriginGuard.Refused(
            endpoint.host()
                + " sends to "
                + url.getProtocol()
                + "://"
                + url.getHost()
                + " for a token, which credentials do not go to");
      }
    } catch (IllegalArgumentException | java.net.MalformedURLException e) {
      // Told below.
    }
    throw new OriginGuard.Refused(endpoint.host() + " sends to no valid URL for a token");
  }

  private static JsonNode json(Response response) throws IOException {
    byte[] bytes = response.getBody().readNBytes(MAX_ANSWER);
    try {
      return new ObjectMapper().readTree(bytes);
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new OriginGuard.Refused("the answer of a token server is no JSON");
    }
  }

  private static Map<String, String> parameters(String header) {
    Map<String, String> parameters = new HashMap<>();
    Matcher matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      String value = matcher.group(2) != null ? matcher.group(2) : matcher.group(3);
      parameters.putIfAbsent(matcher.group(1).toLowerCase(Locale.ROOT), value);
    }
    return parameters;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
