package dev.jbuild.plan;

import dev.jbuild.dockerfile.GitUrl;
import dev.jbuild.plan.scope.RemoteUrl;
import dev.jbuild.plan.scope.TargetPath;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import java.util.List;
import java.util.Optional;

/// Where the files of a [Step.Source] come from.
public sealed interface SourceSpec {

  /// A download. Throws `InvalidInput` without a place for a checksum that is none.
  static Http http(String url, Optional<String> checksum) {
    return new Http(url, RemoteUrl.fileName(url), checksum.map(RemoteUrl::downloadChecksum));
  }

  /// A repository by its URL, with `#ref:subdirectory` or a query. Throws `InvalidInput` without a
  /// place for a URL or checksum that is none.
  static Git git(String url, Optional<String> checksum, Optional<Boolean> keepGitDir) {
    GitUrl parsed =
        GitUrl.parse(url)
            .orElseThrow(
                () -> new InvalidInput(Problem.error("InvalidGitUrl", url + " is no git URL")));
    Optional<String> commit = checksum.map(RemoteUrl::commitChecksum);
    if (commit.isPresent() && parsed.checksum().filter(c -> !agree(c, commit.get())).isPresent()) {
      throw new InvalidInput(
          Problem.error(
              "ChecksumMismatch",
              "expected checksum to match " + commit.get() + ", got " + parsed.checksum().get()));
    }
    return new Git(
        parsed.looksLocal() ? "https://" + parsed.remote() : parsed.remote(),
        parsed.ref(),
        parsed.subdirectory().map(TargetPath::clamped).filter(p -> !p.isEmpty()),
        commit.or(() -> parsed.checksum().map(RemoteUrl::commitChecksum)),
        keepGitDir.or(parsed::keepGitDir).orElse(false),
        parsed.submodules().orElse(true),
        parsed.commitTimes());
  }

  private static boolean agree(String one, String other) {
    return one.startsWith(other) || other.startsWith(one);
  }

  private static String withoutUser(String url) {
    return url.replaceFirst("^([Hh][Tt][Tt][Pp][Ss]?://)[^/?#]*@", "$1");
  }

  /// A directory given by the user: the build context (`name` empty) or a named context. Its ignore
  /// file applies.
  record Context(String name) implements SourceSpec {}

  /// Files written in the Dockerfile: COPY and ADD here-documents, mode 0644, owner 0:0.
  record Inline(List<File> files) implements SourceSpec {
    public record File(String name, String content) {}

    public Inline {
      files = List.copyOf(files);
    }
  }

  /// A file from an http(s) URL. `fileName` is what a destination ending in a slash makes of it.
  record Http(String url, String fileName, Optional<String> checksum) implements SourceSpec {

    /// The URL without credentials: for people and records.
    public String place() {
      return withoutUser(url);
    }
  }

  /// A git repository at a ref.
  ///
  /// @param ref absent: the default branch
  /// @param checksum a commit, or at least 7 of its first digits
  /// @param commitTimes whether files get the time of the commit
  record Git(
      String remote,
      Optional<String> ref,
      Optional<String> subdirectory,
      Optional<String> checksum,
      boolean keepGitDir,
      boolean submodules,
      boolean commitTimes)
      implements SourceSpec {

    /// The remote without credentials. The user of an ssh remote is part of its name.
    public String place() {
      return withoutUser(remote);
    }
  }
}
