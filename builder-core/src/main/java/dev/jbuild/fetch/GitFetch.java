package dev.jbuild.fetch;

import dev.jbuild.content.TempSpace;
import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.StepTimes;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One git repository at one ref: found out what commit that is, and brought here when its files
/// are needed. Not safe for several threads.
final class GitFetch {

  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
  private static final Pattern SHORT_COMMIT = Pattern.compile("[0-9a-f]{7,64}");
  private static final Pattern REF =
      Pattern.compile("[^-\\p{Cntrl}\\s~^:?*\\[\\\\][^\\p{Cntrl}\\s~^:?*\\[\\\\]*");
  private static final String HERE = "refs/jbuild/commit";

  private final SourceSpec.Git source;
  private final TempSpace temp;
  private final GitCommand git;
  private final Path repository;
  private final String shown;

  private Optional<String> commit = Optional.empty();

  /// The full name of the ref that the commit was found at, if it was.
  private Optional<String> found = Optional.empty();

  private boolean checkedOut;

  GitFetch(
      SourceSpec.Git source, TempSpace temp, SourceCredentials credentials, AddressPolicy policy)
      throws IOException {
    this.source = source;
    this.temp = temp;
    this.shown = AddressPolicy.shown(source.remote());
    this.repository = temp.directory("git");
    Map<String, String> settings = new LinkedHashMap<>();
    if (source.remote().matches("(?i)https?://.*")) {
      URI uri = policy.check(source.remote());
      String origin =
          uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      credentials
          .git(uri)
          .ifPresent(h -> {
            settings.put("http." + origin + "/.extraHeader", "Authorization: " + h);
            // Nobody else is to see it.
            settings.put("http.followRedirects", "false");
          });
    }
    this.git = new GitCommand(repository, settings);
    String ref = source.ref().orElse("HEAD");
    if (!REF.matcher(ref).matches() || ref.contains("..")) {
      throw new InvalidInput(
          Problem.error("InvalidGitUrl", "'" + ref + "' is no name of a git ref"));
    }
  }

  /// The commit in full. Throws [InvalidInput] when the repository has no such ref or it is another
  /// commit than the checksum says.
  String commit() {
    if (commit.isEmpty()) {
      String resolved = resolve();
      if (source.checksum().filter(c -> !resolved.startsWith(c)).isPresent()) {
        throw new InvalidInput(
            Problem.error(
                "ChecksumMismatch",
                "expected checksum to match " + source.checksum().get() + ", got " + resolved));
      }
      commit = Optional.of(resolved);
    }
    return commit.get();
  }

  private String resolve() {
    String ref = source.ref().orElse("HEAD");
    if (COMMIT.matcher(ref).matches()) {
      return ref;
    }
    Map<String, String> refs = refs();
    Optional<String> name =
        Stream.of(ref, "refs/" + ref, "refs/tags/" + ref, "refs/heads/" + ref)
            .filter(refs::containsKey)
            .findFirst();
    if (name.isPresent()) {
      found = name;
      return refs.getOrDefault(name.get() + "^{}", refs.getOrDefault(name.get(), ""));
    }
    if (SHORT_COMMIT.matcher(ref).matches()) {
      fetchAll();
      GitCommand.Result full = git.run("rev-parse", "--verify", "--quiet", ref + "^{commit}");
      if (full.code() == 0) {
        return full.output().strip();
      }
    }
    throw new InvalidInput(
        Problem.error("GitRefNotFound", shown + " has no ref " + ref)
            .help("it has " + described(refs)));
  }

  private static String described(Map<String, String> refs) {
    String names =
        String.join(
            ", ",
            refs.keySet().stream()
                .filter(n -> n.startsWith("refs/heads/") || n.startsWith("refs/tags/"))
                .filter(n -> !n.endsWith("^{}"))
                .map(n -> n.replaceFirst("refs/(heads|tags)/", ""))
                .limit(10)
                .toList());
    return names.isEmpty() ? "no branches and no tags" : names;
  }

  private Map<String, String> refs() {
    GitCommand.Result listing = git.run("ls-remote", "--quiet", "--", source.remote());
    if (listing.code() != 0) {
      throw unavailable(listing);
    }
    Map<String, String> refs = new HashMap<>();
    listing
        .output()
        .lines()
        .map(line -> line.split("\t", 2))
        .filter(parts -> parts.length == 2 && COMMIT.matcher(parts[0]).matches())
        .forEach(parts -> refs.put(parts[1], parts[0]));
    return refs;
  }

  private Unavailable unavailable(GitCommand.Result result) {
    String why = result.reason().replace(source.remote(), shown);
    return new Unavailable(
        Problem.error("GitFailed", shown + ": " + why)
            .help(
                "is the repository reachable from here? credentials: --secret id=GIT_AUTH_TOKEN"));
  }

  private void initialize() {
    if (!Files.exists(repository.resolve(".git"))) {
      must(git.run("init", "--quiet", "--template="));
      must(git.run("remote", "add", "--", "origin", source.remote()));
    }
  }

  private void fetchAll() {
    initialize();
    must(
        git.run(
            "fetch",
            "--quiet",
            "--force",
            "--tags",
            "origin",
            "+refs/heads/*:refs/remotes/origin/*",
            "+HEAD:" + HERE));
  }

  private void must(GitCommand.Result result) {
    if (result.code() != 0) {
      throw unavailable(result);
    }
  }

  /// The files of the commit: a directory. It is this build's own.
  Path files() throws IOException {
    if (!checkedOut) {
      checkOut();
      checkedOut = true;
    }
    return source.subdirectory().isEmpty() ? repository : below(source.subdirectory().get());
  }

  private void checkOut() throws IOException {
    String wanted = commit();
    initialize();
    String what = found.orElse(wanted);
    GitCommand.Result shallow =
        git.run(
            "fetch",
            "--quiet",
            "--force",
            "--no-tags",
            "--depth=1",
            "origin",
            "+" + what + ":" + HERE);
    if (shallow.code() != 0 || git.run("cat-file", "-e", wanted + "^{commit}").code() != 0) {
      fetchAll();
    }
    must(git.run("checkout", "--quiet", "--force", "--detach", wanted));
    if (source.submodules() && Files.isRegularFile(repository.resolve(".gitmodules"))) {
      must(
          git.run(
              "submodule", "--quiet", "update", "--init", "--recursive", "--force", "--depth=1"));
    }
    StepTimes.settle(repository, 0, time().getEpochSecond());
    if (!source.keepGitDir()) {
      TreeRemover.remove(repository.resolve(".git"));
    }
  }

  /// When the commit was made.
  Instant time() {
    initialize();
    GitCommand.Result shown = git.run("show", "--no-patch", "--format=%ct", commit());
    if (shown.code() != 0) {
      fetchAll();
      shown = git.run("show", "--no-patch", "--format=%ct", commit());
      must(shown);
    }
    return Instant.ofEpochSecond(Long.parseLong(shown.output().strip()));
  }

  /// Links of the repository are followed inside it only.
  private Path below(String subdirectory) throws IOException {
    try (PathHandle root = PathHandle.open(repository);
        PathHandle place = root.inside(BytePath.of(subdirectory))) {
      if (place.info().isDirectory()) {
        return Path.of(place.realPath().text());
      }
    } catch (LinuxException e) {
      // Told below, whatever was in the way.
    }
    throw new InvalidInput(
        Problem.error("GitSubdirectoryNotFound", shown + " has no directory " + subdirectory));
  }

  void remove() throws IOException {
    TreeRemover.remove(repository);
  }
}
