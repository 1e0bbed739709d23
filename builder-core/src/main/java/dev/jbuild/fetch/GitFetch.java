package dev.jbuild.fetch;

import dev.jbuild.linux.BytePath;
import dev.jbuild.linux.LinuxException;
import dev.jbuild.linux.PathHandle;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.StepTimes;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
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

  private final SourceSpec.Git source;
  private final GitCommand git;
  private final GitClone clone;
  private final Path repository;

  /// The remote without credentials.
  private final String remote;

  private Optional<String> commit = Optional.empty();

  /// The full name of the ref that the commit was found at, if it was.
  private Optional<String> found = Optional.empty();

  private boolean checkedOut;

  GitFetch(
      SourceSpec.Git source,
      FetchStore store,
      SourceCredentials credentials,
      GitIdentity identity,
      AddressPolicy policy)
      throws IOException {
    this.source = source;
    this.repository = store.temp().directory("git");
    Map<String, String> settings = new LinkedHashMap<>();
    boolean http = source.remote().matches("(?i)https?://.*");
    this.remote = source.place();
    if (http) {
      URI uri = policy.check(source.remote());
      String origin =
          uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort());
      credentials
          .git(uri)
          .ifPresent(h -> {
            AddressPolicy.refuseInTheClear(uri);
            settings.put("http." + origin + "/.extraHeader", "Authorization: " + h);
            // Nobody else is to see it.
            settings.put("http.followRedirects", "false");
          });
    }
    GitCommand.Settings given =
        new GitCommand.Settings(settings, http ? Optional.empty() : identity.agent());
    this.git = new GitCommand(repository, given);
    this.clone = new GitClone(store, remote, given);
    String ref = source.ref().orElse("HEAD");
    if (!REF.matcher(ref).matches() || ref.contains("..")) {
      throw new InvalidInput(
          Problem.error("InvalidGitUrl", "'" + ref + "' is no name of a git ref"));
    }
  }

  /// The commit in full. Throws [InvalidInput] when the repository has no such ref or it is another
  /// commit than the checksum says.
  String commit() throws IOException {
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

  private String resolve() throws IOException {
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
      clone.bringAll();
      Optional<String> full = clone.full(ref);
      if (full.isPresent()) {
        return full.get();
      }
    }
    throw new InvalidInput(
        Problem.error("GitRefNotFound", AddressPolicy.shown(remote) + " has no ref " + ref)
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
    GitCommand.Result listing = git.must(remote, "ls-remote", "--quiet", "--", remote);
    Map<String, String> refs = new HashMap<>();
    listing
        .output()
        .lines()
        .map(line -> line.split("\t", 2))
        .filter(parts -> parts.length == 2 && COMMIT.matcher(parts[0]).matches())
        .forEach(parts -> refs.put(parts[1], parts[0]));
    return refs;
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
    clone.bring(wanted, found);
    prepare();
    if (git.run("checkout", "--quiet", "--force", "--detach", wanted).code() != 0
        && clone.renewed()) {
      clone.bring(wanted, found);
      TreeRemover.remove(repository);
      Files.createDirectory(repository);
      prepare();
    }
    git.must(remote, "checkout", "--quiet", "--force", "--detach", wanted);
    if (source.submodules() && Files.isRegularFile(repository.resolve(".gitmodules"))) {
      submodules();
    }
    if (source.keepGitDir()) {
      // Without the objects that it only refers to, it would be of no use elsewhere.
      git.must(remote, "repack", "-a", "-d", "--quiet");
      Files.delete(alternates());
    }
    StepTimes.settle(repository, 0, clone.time(wanted).getEpochSecond());
    if (!source.keepGitDir()) {
      TreeRemover.remove(repository.resolve(".git"));
    }
  }

  /// Servers that only serve files cannot leave out the history.
  private void submodules() {
    String[] update = {"submodule", "--quiet", "update", "--init", "--recursive", "--force"};
    String[] shallow = Arrays.copyOf(update, update.length + 1);
    shallow[update.length] = "--depth=1";
    if (git.run(shallow).code() != 0) {
      git.must(remote, update);
    }
  }

  /// A repository of this build's own, on the objects of the clone.
  private void prepare() throws IOException {
    git.must(remote, "init", "--quiet", "--template=");
    git.must(remote, "remote", "add", "--", "origin", remote);
    Files.createDirectories(alternates().resolveSibling("."));
    Files.writeString(alternates(), clone.objects().toAbsolutePath() + "\n");
    if (Files.exists(clone.shallow())) {
      Files.copy(clone.shallow(), repository.resolve(".git/shallow"));
    }
  }

  private Path alternates() {
    return repository.resolve(".git/objects/info/alternates");
  }

  /// When the commit was made.
  Instant time() throws IOException {
    clone.bring(commit(), found);
    return clone.time(commit());
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
        Problem.error(
            "GitSubdirectoryNotFound",
            AddressPolicy.shown(remote) + " has no directory " + subdirectory));
  }

  void remove() throws IOException {
    TreeRemover.remove(repository);
  }
}
