package dev.jbuild.dockerfile;

import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The address of a git repository as ADD, build contexts and named contexts take it:
/// `https://host/repo.git#ref:subdirectory`, `git@host:repo?tag=v1` (Dockerfile reference, "ADD").
///
/// @param remote what git is given
/// @param ref a branch, tag or commit; `refs/tags/...` and `refs/heads/...` when told apart
/// @param checksum a commit, or how it starts
/// @param commitTimes whether files get the time of the commit
/// @param fetchByCommit whether the checksum, in full, is what is fetched
/// @param looksLocal whether it was written as `github.com/user/repo`, which is a path where paths
///   are expected
public record GitUrl(
    String remote,
    Optional<String> ref,
    Optional<String> subdirectory,
    Optional<String> checksum,
    Optional<Boolean> keepGitDir,
    Optional<Boolean> submodules,
    boolean commitTimes,
    boolean fetchByCommit,
    boolean looksLocal) {

  private static final Pattern PARTS = Pattern.compile("([^?#]*)(?:\\?([^#]*))?(?:#(.*))?");
  private static final Pattern HTTP = Pattern.compile("(?i)https?://[^/]+/.*\\.git");
  private static final Pattern ALWAYS =
      Pattern.compile("(?i)(?:git://|ssh://).+|[a-z0-9._-]+@[a-z0-9._-]+:.+");
  private static final Pattern GITHUB = Pattern.compile("github\\.com/[^/]+/.+");
  private static final List<String> KEYS =
      List.of(
          "ref",
          "tag",
          "branch",
          "subdir",
          "checksum",
          "commit",
          "keep-git-dir",
          "submodules",
          "mtime",
          "fetch-by-commit");

  /// Reads an address; empty for what is none. Throws [InvalidInput] without a place for one that
  /// contradicts itself.
  public static Optional<GitUrl> parse(String text) {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    String remote = parts.group(1);
    boolean local = GITHUB.matcher(remote).matches();
    if (!local && !HTTP.matcher(remote).matches() && !ALWAYS.matcher(remote).matches()) {
      return Optional.empty();
    }
    Map<String, String> query = query(Optional.ofNullable(parts.group(2)).orElse(""));
    String fragment = Optional.ofNullable(parts.group(3)).orElse("");
    int colon = fragment.indexOf(':');
    Optional<String> ref = given(colon < 0 ? fragment : fragment.substring(0, colon));
    Optional<String> below = given(colon < 0 ? "" : fragment.substring(colon + 1));
    return Optional.of(
        new GitUrl(
            remote,
            ref(query, ref),
            agreed("subdir", below, value(query, "subdir")),
            agreed("checksum", value(query, "checksum"), value(query, "commit")),
            flag(query, "keep-git-dir"),
            flag(query, "submodules"),
            commitTimes(query),
            flag(query, "fetch-by-commit").orElse(false),
            local));
  }

  private static Map<String, String> query(String text) {
    Map<String, String> query = new LinkedHashMap<>();
    for (String pair : text.isEmpty() ? new String[0] : text.split("&")) {
      int equals = pair.indexOf('=');
      String key = decoded(equals < 0 ? pair : pair.substring(0, equals));
      String value = equals < 0 ? "" : decoded(pair.substring(equals + 1));
      if (!KEYS.contains(key)) {
        throw invalid("unexpected query \"" + key + "\"" + Nearest.hint(key, KEYS));
      }
      String before = query.putIfAbsent(key, value);
      if (before != null && !before.equals(value)) {
        throw invalid(key + " conflicts: \"" + before + "\" and \"" + value + "\"");
      }
    }
    return query;
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw invalid("invalid query: " + text);
    }
  }

  private static Optional<String> ref(Map<String, String> query, Optional<String> fragment) {
    Optional<String> tag = value(query, "tag");
    Optional<String> branch = value(query, "branch");
    if (tag.isPresent() && branch.isPresent()) {
      throw invalid(
          "branch conflicts with tag: \"" + branch.get() + "\" and \"" + tag.get() + "\"");
    }
    Optional<String> named =
        tag.map(t -> "refs/tags/" + t).or(() -> branch.map(b -> "refs/heads/" + b));
    return agreed("ref", agreed("ref", fragment, value(query, "ref")), named);
  }

  private static Optional<String> agreed(String what, Optional<String> a, Optional<String> b) {
    if (a.isPresent() && b.isPresent() && !a.equals(b)) {
      throw invalid(what + " conflicts: \"" + a.get() + "\" and \"" + b.get() + "\"");
    }
    return a.or(() -> b);
  }

  private static boolean commitTimes(Map<String, String> query) {
    return switch (value(query, "mtime").orElse("checkout")) {
      case "checkout" -> false;
      case "commit" -> true;
      default -> throw invalid("invalid mtime value: " + query.get("mtime"));
    };
  }

  private static Optional<Boolean> flag(Map<String, String> query, String key) {
    if (!query.containsKey(key)) {
      return Optional.empty();
    }
    return switch (query.getOrDefault(key, "")) {
      case "", "1", "t", "true" -> Optional.of(true);
      case "0", "f", "false" -> Optional.of(false);
      default -> throw invalid("invalid " + key + " value: " + query.get(key));
    };
  }

  private static Optional<String> value(Map<String, String> query, String key) {
    return given(query.getOrDefault(key, ""));
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private static InvalidInput invalid(String message) {
    return new InvalidInput(
        Problem.error("InvalidGitUrl", message)
            .help("expected URL#ref:subdirectory, or a query with " + String.join(", ", KEYS)));
  }
}
