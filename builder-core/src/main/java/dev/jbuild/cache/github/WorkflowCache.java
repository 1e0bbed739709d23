package dev.jbuild.cache.github;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.jbuild.problem.AuthenticationFailed;
import dev.jbuild.problem.BuildException;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.SafeText;
import dev.jbuild.problem.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Optional;

/// Entries in the cache of a repository on GitHub. An entry is made in two steps, reserved and
/// finished, and never changes. Safe for several threads.
///
/// All methods throw `AuthenticationFailed` when the token is not accepted, [Unavailable] when the
/// service cannot be reached or fails.
public final class WorkflowCache {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SERVICE = "twirp/github.actions.results.api.v1.CacheService/";
  private static final int LONGEST_ANSWER = 64 << 10;
  private static final int LONGEST_WORDS = 200;

  private final WorkflowAccess access;
  private final String version;
  private final WebRequests web;

  /// @param version entries of another version are not seen: 64 hexadecimal digits
  public WorkflowCache(WorkflowAccess access, String version) {
    this.access = access;
    this.version = version;
    this.web = new WebRequests(access.timeout());
  }

  /// Opens the bytes of an entry; called again when sending has to begin again.
  @FunctionalInterface
  public interface Content {
    InputStream open() throws IOException;
  }

  /// An entry.
  ///
  /// @param address where its bytes are; a secret that ends soon
  public record Entry(String key, URI address) {}

  public TokenScopes scopes() {
    return TokenScopes.of(access.token());
  }

  /// The entry of just this key, in the first scope that has it.
  public Optional<Entry> find(String key) {
    return find(key, false).filter(e -> e.key().equals(key));
  }

  /// The newest entry whose key begins so, in the first scope that has one.
  public Optional<Entry> findNewest(String start) {
    return find(start, true).filter(e -> e.key().startsWith(start));
  }

  private Optional<Entry> find(String key, boolean beginning) {
    ObjectNode request = request(key);
    var others = request.putArray("restore_keys");
    if (beginning) {
      others.add(key);
    }
    WebRequests.Answer answer = call("GetCacheEntryDownloadURL", request);
    if (answer.status() == 404) {
      return Optional.empty();
    }
    JsonNode found = successful(answer);
    return found.path("ok").asBoolean()
        ? Optional.of(
            new Entry(
                found.path("matched_key").asText(key),
                address(found.path("signed_download_url").asText(""))))
        : Optional.empty();
  }

  /// Makes an entry; false when one of this key is there or being made.
  public boolean put(String key, long size, Content content) {
    WebRequests.Answer answer = call("CreateCacheEntry", request(key));
    if (answer.status() == 409) {
      return false;
    }
    JsonNode reserved = successful(answer);
    if (!reserved.path("ok").asBoolean()) {
      return false;
    }
    new BlockUpload(web, address(reserved.path("signed_upload_url").asText("")))
        .send(size, content);
    ObjectNode finish = request(key);
    finish.put("size_bytes", Long.toString(size));
    if (!successful(call("FinalizeCacheEntryUpload", finish)).path("ok").asBoolean()) {
      throw unavailable("it did not keep " + key);
    }
    return true;
  }

  /// Writes an entry's bytes to `out`. Throws [IOException] when they break off or are more than
  /// `most`.
  public void copy(Entry entry, long most, OutputStream out) throws IOException {
    web.download(entry.address(), most, out);
  }

  private ObjectNode request(String key) {
    return JSON.createObjectNode().put("key", key).put("version", version);
  }

  private WebRequests.Answer call(String method, ObjectNode body) {
    try {
      return web.ask(
          () ->
              HttpRequest.newBuilder(access.service().resolve(SERVICE + method))
                  .header("Authorization", "Bearer " + access.token())
                  .header("Content-Type", "application/json")
                  .POST(HttpRequest.BodyPublishers.ofString(body.toString())),
          LONGEST_ANSWER);
    } catch (IOException e) {
      throw unavailable(WebRequests.reason(e));
    }
  }

  private JsonNode successful(WebRequests.Answer answer) {
    JsonNode body = json(answer.body());
    if (answer.status() == 200) {
      return body;
    }
    String words = SafeText.line(body.path("msg").asText(body.path("code").asText("")));
    String said =
        answer.status()
            + (words.isEmpty()
                ? ""
                : ", " + words.substring(0, Math.min(LONGEST_WORDS, words.length())));
    if (answer.status() == 401 || answer.status() == 403) {
      throw new AuthenticationFailed(
          Problem.error("WorkflowCacheRefused", "GitHub's cache: access denied (" + said + ")")
              .help(
                  "tokens end with their job; and a job for a pull request of a fork cannot write"
                      + " everywhere"));
    }
    throw unavailable(said);
  }

  private static JsonNode json(byte[] body) {
    try {
      JsonNode tree = JSON.readTree(body);
      return tree == null ? JSON.createObjectNode() : tree;
    } catch (IOException e) {
      return JSON.createObjectNode();
    }
  }

  private static URI address(String text) {
    try {
      URI uri = URI.create(text);
      if (WorkflowAccess.isSafe(uri)) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // Told below, without the address: it is a secret.
    }
    throw unavailable("it named no safe address for the bytes of an entry");
  }

  static BuildException unavailable(String why) {
    return new Unavailable(
        Problem.error("WorkflowCacheUnavailable", "GitHub's cache: " + why)
            .help("run the job again, or see githubstatus.com"));
  }
}
