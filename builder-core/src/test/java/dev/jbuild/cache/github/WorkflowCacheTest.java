package dev.jbuild.cache.github;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WorkflowCacheTest {

  private static final String VERSION = "0".repeat(64);
  private FakeGithub github;

  @BeforeEach
  void start() throws IOException {
    github = new FakeGithub();
  }

  @AfterEach
  void stop() {
    github.close();
  }

  private WorkflowCache cache(String writable, String... readable) {
    return new WorkflowCache(github.access(github.token(writable, readable)), VERSION);
  }

  private static boolean put(WorkflowCache cache, String key, byte[] bytes) {
    return cache.put(key, bytes.length, () -> new ByteArrayInputStream(bytes));
  }

  private static byte[] bytes(WorkflowCache cache, String key, long most) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    cache.copy(cache.find(key).orElseThrow(), most, out);
    return out.toByteArray();
  }

  @Test
  void anEntryNeverChanges() throws IOException {
    WorkflowCache cache = cache("refs/heads/main");
    assertEquals(Optional.empty(), cache.find("k"));
    assertTrue(put(cache, "k", new byte[] {1}));
    assertFalse(put(cache, "k", new byte[] {2}));
    assertArrayEquals(new byte[] {1}, bytes(cache, "k", 1));
    assertThrows(IOException.class, () -> bytes(cache, "k", 0));
    assertTrue(put(cache, "k-2", new byte[] {2}));
    assertEquals(Optional.empty(), cache.find("k-"), "a beginning is no key");
    assertEquals("k-2", cache.findNewest("k-").orElseThrow().key());
  }

  @Test
  void aBranchSeesTheDefaultOneAndNotTheOtherWayRound() throws IOException {
    assertTrue(put(cache("refs/heads/main"), "k", new byte[] {1}));
    WorkflowCache branch = cache("refs/heads/topic", "refs/heads/main");
    assertArrayEquals(new byte[] {1}, bytes(branch, "k", 1));
    assertTrue(put(branch, "own", new byte[] {2}));
    assertEquals(Optional.empty(), cache("refs/heads/main").find("own"));
  }

  @Test
  void largeOnesGoInBlocks() throws IOException {
    byte[] large = new byte[(64 << 20) + 5];
    new Random(1).nextBytes(large);
    WorkflowCache cache = cache("refs/heads/main");
    assertTrue(put(cache, "large", large));
    assertTrue(github.inBlocks("large"));
    assertArrayEquals(large, bytes(cache, "large", large.length));
    assertTrue(put(cache, "empty", new byte[0]));
    assertEquals(0, bytes(cache, "empty", 10).length);
  }

  @Test
  void whatPassesIsTriedAgain() {
    github.fail(2);
    assertEquals(Optional.empty(), cache("refs/heads/main").find("k"));
    github.fail(9);
    assertThrows(Unavailable.class, () -> cache("refs/heads/main").find("k"));
  }

  @Test
  void aTokenThatIsNotAccepted() {
    WorkflowCache cache = new WorkflowCache(github.access("a.b.c"), VERSION);
    BuildException e = assertThrows(AuthenticationFailed.class, () -> cache.find("k"));
    assertFalse(e.getMessage().contains("a.b.c"));
    WorkflowAccess nobody =
        new WorkflowAccess(URI.create("http://127.0.0.1:1/"), "t", Duration.ofSeconds(5));
    assertThrows(Unavailable.class, () -> new WorkflowCache(nobody, VERSION).find("k"));
  }

  @Test
  void outsideAWorkflowTheMendIsNamed() {
    BuildException e =
        assertThrows(
            Unavailable.class,
            () -> WorkflowAccess.of(Map.of(), Map.of("ACTIONS_RESULTS_URL", "x"), Duration.ZERO));
    assertTrue(e.getMessage().contains("ACTIONS_RUNTIME_TOKEN"), e.getMessage());
    assertTrue(e.problems().getFirst().help().orElseThrow().contains("ghaction-github-runtime"));
    for (String url : List.of("http://example.com/", "ftp://x/", "x y", "https://u:p@x/")) {
      assertThrows(
          InvalidInput.class,
          () -> WorkflowAccess.of(Map.of("url_v2", url, "token", "t"), Map.of(), Duration.ZERO));
    }
    WorkflowAccess access =
        WorkflowAccess.of(
            Map.of(),
            Map.of("ACTIONS_RESULTS_URL", "https://x", "ACTIONS_RUNTIME_TOKEN", "secret"),
            Duration.ZERO);
    assertEquals("https://x/", access.service().toString());
    assertFalse(access.toString().contains("secret"));
  }

  private static String token(String claims) {
    return "h."
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(claims.getBytes(StandardCharsets.UTF_8))
        + ".s";
  }

  @Test
  void scopesOfATokenAreRead() {
    assertEquals(
        new TokenScopes(
            List.of("refs/pull/1/merge", "refs/heads/main"), Optional.of("refs/pull/1/merge")),
        TokenScopes.of(
            token(
                "{\"ac\":\"[{\\\"Scope\\\":\\\"refs/pull/1/merge\\\",\\\"Permission\\\":3},"
                    + "{\\\"Scope\\\":\\\"refs/heads/main\\\",\\\"Permission\\\":1}]\"}")));
    assertEquals(
        new TokenScopes(List.of("refs/heads/main"), Optional.empty()),
        TokenScopes.of(
            token("{\"ac\":\"[{\\\"Scope\\\":\\\"refs/heads/main\\\",\\\"Permission\\\":1}]\"}")));
    TokenScopes one = new TokenScopes(List.of(""), Optional.of(""));
    for (String other : List.of("", "opaque", "a.%.c", token("{}"), token("[1"))) {
      assertEquals(one, TokenScopes.of(other), other);
    }
  }
}
