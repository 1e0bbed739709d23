package dev.jbuild.plan.scope;

import dev.jbuild.dockerfile.GitUrl;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Sources that are not files at hand: URLs of files and of git repositories.
public final class RemoteUrl {

  private static final Pattern HTTP = Pattern.compile("https?://.+");
  private static final Pattern PATH = Pattern.compile("https?://[^/?#]*([^?#]*).*");
  private static final Pattern DIGEST = Pattern.compile("([A-Za-z0-9_+.-]+):([a-zA-Z0-9=_-]+)");
  private static final Pattern COMMIT = Pattern.compile("[0-9a-fA-F]{7,64}");

  private RemoteUrl() {}

  /// Whether it is a repository or a download. Throws as [#isGit] does.
  public static boolean isRemote(String source) {
    return isGit(source) || HTTP.matcher(source).matches();
  }

  /// Whether it can only mean a git repository. Throws [InvalidInput] without a place when it is
  /// one that contradicts itself.
  public static boolean isGit(String source) {
    return GitUrl.parse(source).filter(url -> !url.looksLocal()).isPresent();
  }

  /// Checks the checksum of a download. Throws [InvalidInput] without a place.
  public static String downloadChecksum(String checksum) {
    Matcher matcher = DIGEST.matcher(checksum);
    if (!matcher.matches()) {
      throw invalid("invalid checksum digest format: " + checksum);
    }
    if (!matcher.group(1).equals("sha256")) {
      throw invalid("unsupported digest algorithm: " + matcher.group(1));
    }
    if (matcher.group(2).length() != 64) {
      throw invalid("invalid checksum digest length: " + checksum);
    }
    if (!matcher.group(2).matches("[0-9a-f]+")) {
      throw invalid("invalid checksum digest format: " + checksum);
    }
    return checksum;
  }

  private static InvalidInput invalid(String message) {
    return new InvalidInput(
        Problem.error("InvalidChecksum", message)
            .help("expected sha256: and 64 hexadecimal digits"));
  }

  /// Checks the checksum of a repository: a commit, or how its name starts. Throws [InvalidInput]
  /// without a place.
  public static String commitChecksum(String checksum) {
    if (!COMMIT.matcher(checksum).matches()) {
      throw new InvalidInput(
          Problem.error("InvalidChecksum", "invalid checksum \"" + checksum + "\" for a git source")
              .help("expected the name of a commit, or at least 7 of its first digits"));
    }
    return checksum;
  }

  /// The last part of a URL's path, which is what a download is called in a directory.
  public static String fileName(String url) {
    Matcher matcher = PATH.matcher(url);
    String path = matcher.matches() ? matcher.group(1) : "";
    while (path.endsWith("/")) {
      path = path.substring(0, path.length() - 1);
    }
    return Optional.of(decoded(path.substring(path.lastIndexOf('/') + 1)))
        .filter(name -> !name.isEmpty() && !name.equals(".") && !name.equals(".."))
        .filter(name -> name.indexOf('/') < 0 && name.indexOf('\0') < 0)
        .orElse("__unnamed__");
  }

  private static String decoded(String name) {
    try {
      return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      // Not percent-encoded: the name as it is.
      return name;
    }
  }
}
