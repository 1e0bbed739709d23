package dev.jbuild.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentProxiesTest {

  private static String chosen(Map<String, String> environment, String uri) {
    Proxy proxy = new EnvironmentProxies(environment).select(URI.create(uri)).getFirst();
    return proxy.type() == Proxy.Type.DIRECT
        ? "direct"
        : ((InetSocketAddress) proxy.address()).getHostString()
            + ":"
            + ((InetSocketAddress) proxy.address()).getPort();
  }

  @Test
  void eachSchemeHasItsOwn() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://secure:3128", "http_proxy", "plain:8080");
    assertEquals("secure:3128", chosen(environment, "https://example.com/"));
    assertEquals("plain:8080", chosen(environment, "http://example.com/"));
    assertEquals("all:80", chosen(Map.of("ALL_PROXY", "http://all"), "http://example.com/"));
  }

  @Test
  void lowerCaseWins() {
    assertEquals(
        "low:1", chosen(Map.of("https_proxy", "low:1", "HTTPS_PROXY", "up:2"), "https://a.b/"));
  }

  @Test
  void exceptions() {
    Map<String, String> environment =
        Map.of("https_proxy", "p:1", "NO_PROXY", "example.com, .internal,host:8443,10.0.0.1");
    for (String direct :
        new String[] {
          "https://example.com/",
          "https://www.example.com/",
          "https://a.internal/",
          "https://host:8443/",
          "https://10.0.0.1/",
          "https://localhost/",
          "https://127.0.0.1:5000/"
        }) {
      assertEquals("direct", chosen(environment, direct), direct);
    }
    assertEquals("p:1", chosen(environment, "https://notexample.com/"));
    assertEquals("p:1", chosen(environment, "https://host:9000/"));
    assertEquals("direct", chosen(Map.of("https_proxy", "p:1", "no_proxy", "*"), "https://a.b/"));
  }
}
