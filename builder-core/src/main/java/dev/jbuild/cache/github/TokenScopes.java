package dev.jbuild.cache.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/// The scopes of a job, as its token says them: refs whose entries it can read, and the one that
/// its own go to. The service itself holds to them; they are only read here.
///
/// @param readable in the token's order, which is that in which the service looks
/// @param writable the one that what is written goes to
public record TokenScopes(List<String> readable, Optional<String> writable) {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int READ = 1;
  private static final int WRITE = 2;
  private static final int MOST = 8;

  /// One scope without a name, which can be written.
  private static final TokenScopes UNSAID = new TokenScopes(List.of(""), Optional.of(""));

  public TokenScopes {
    readable = List.copyOf(readable);
  }

  /// The claim `ac` of a token: JSON in a text, `[{"Scope":"refs/heads/main","Permission":3}]`. A
  /// token without it is taken to have one scope.
  public static TokenScopes of(String token) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return UNSAID;
    }
    try {
      JsonNode claims = JSON.readTree(Base64.getUrlDecoder().decode(parts[1]));
      JsonNode scopes = JSON.readTree(claims.path("ac").asText("[]"));
      List<String> readable = new ArrayList<>();
      Optional<String> writable = Optional.empty();
      for (JsonNode scope : scopes) {
        String name = scope.path("Scope").asText("");
        int permission = scope.path("Permission").asInt();
        if ((permission & READ) != 0 && readable.size() < MOST) {
          readable.add(name);
        }
        if ((permission & WRITE) != 0 && writable.isEmpty()) {
          writable = Optional.of(name);
        }
      }
      return readable.isEmpty() && writable.isEmpty()
          ? UNSAID
          : new TokenScopes(readable, writable);
    } catch (IOException | IllegalArgumentException e) {
      return UNSAID;
    }
  }
}
