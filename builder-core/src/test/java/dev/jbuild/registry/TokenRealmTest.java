package dev.jbuild.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.URI;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenRealmTest {

  @ParameterizedTest
  @CsvSource({
    "registry-1.docker.io, https://auth.docker.io/token, true",
    "ghcr.io, https://ghcr.io/token, true",
    "registry.gitlab.com, https://gitlab.com/jwt/auth, true",
    "a.azurecr.io, https://a.azurecr.io/oauth2/token, true",
    "a.azurecr.io, https://b.azurecr.io/oauth2/token, false",
    "a.azurecr.io, https://a.azurecr.io.evil.com/, false",
    "ghcr.io, https://evilghcr.io/, false",
    "r.example.co.uk, https://evil.co.uk/, false",
    "r.example.com, http://r.example.com/token, false",
    "r.example.com, http://127.0.0.1/token, false",
    "r.example.com, https://localhost/token, false",
    "r.example.com, https://user@r.example.com/, false",
    "10.0.0.5:5000, https://10.0.0.6/, false",
    "10.0.0.5:5000, https://10.0.0.5/, true",
    "localhost:5000, http://localhost:5001/token, true",
    "localhost:5000, http://169.254.169.254/, false",
  })
  void onlyItsOwn(String host, String realm, boolean allowed) throws Exception {
    Endpoint.Security security =
        Endpoint.isLoopback(host) ? Endpoint.Security.PLAIN : Endpoint.Security.TLS;
    assertEquals(
        allowed, TokenRealm.mayServe(URI.create(realm).toURL(), new Endpoint(host, security, "r")));
  }
}
