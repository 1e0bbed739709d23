package dev.jbuild.fetch;

import dev.jbuild.content.StateCare;
import dev.jbuild.oci.Digest;
import dev.jbuild.problem.Canceled;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The objects of a remote repository that builds needed so far: a bare repository that only grows,
/// so that several processes can read it while one of them fetches what is new.
final class GitClone {

  private final FetchStore store;
  private final String remote;
  private final String name;
  private final Path directory;
  private final GitCommand git;
  private boolean open;

  /// @param remote without credentials
  GitClone(FetchStore store, String remote, GitCommand.Settings settings) {
    this.store = store;
    this.remote = remote;
    this.name = Digest.ofUtf8(remote).hex();
    this.directory = store.clones().resolve(name);
    this.git = new GitCommand(directory, settings);
  }

  /// Where the objects are.
  Path objects() {
    return directory.resolve("objects");
  }

  /// The commits whose parents are not here; such a file need not exist.
  Path shallow() {
    return directory.resolve("shallow");
  }

  private void open() throws IOException {
    if (open) {
      return;
    }
    store.care().use("git/" + name);
    try (StateCare.Held held = lock()) {
      if (!Files.exists(directory.resolve("HEAD"))) {
        Files.createDirectories(directory);
        git.must(remote, "init", "--quiet", "--bare", "--template=", ".");
      }
    }
    Files.setLastModifiedTime(directory, FileTime.from(Instant.now()));
    open = true;
  }

  private StateCare.Held lock() throws IOException {
    try {
      return store.care().lock("git-" + name, () -> {});
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Canceled();
    }
  }

  boolean has(String commit) throws IOException {
    open();
    return git.run("cat-file", "-e", commit + "^{commit}").code() == 0;
  }

  /// The files of one commit, and what of the history is needed to get them.
  ///
  /// @param ref where the commit is, if it is known
  void bring(String commit, Optional<String> ref) throws IOException {
    try {
      bringNow(commit, ref);
    } catch (Unavailable e) {
      if (!renewed()) {
        throw e;
      }
      bringNow(commit, ref);
    }
  }

  private void bringNow(String commit, Optional<String> ref) throws IOException {
    if (has(commit)) {
      return;
    }
    store.care().beforeWriting();
    try (StateCare.Held held = lock()) {
      if (has(commit)) {
        return;
      }
      String what = "+" + ref.orElse(commit) + ":refs/jbuild/" + commit;
      GitCommand.Result one =
          git.run("fetch", "--quiet", "--force", "--no-tags", "--depth=1", "--", remote, what);
      if (one.code() != 0 || !has(commit)) {
        fetchAll();
      }
    }
  }

  /// Everything that the repository's branches and tags lead to.
  void bringAll() throws IOException {
    open();
    store.care().beforeWriting();
    try (StateCare.Held held = lock()) {
      fetchAll();
    }
  }

  private void fetchAll() {
    List<String> arguments =
        new java.util.ArrayList<>(List.of("fetch", "--quiet", "--force", "--tags"));
    if (Files.exists(shallow())) {
      arguments.add("--unshallow");
    }
    arguments.addAll(
        List.of("--", remote, "+refs/heads/*:refs/jbuild/heads/*", "+HEAD:refs/jbuild/HEAD"));
    git.must(remote, arguments.toArray(String[]::new));
  }

  /// The whole name of a commit that is here.
  Optional<String> full(String abbreviated) {
    GitCommand.Result full = git.run("rev-parse", "--verify", "--quiet", abbreviated + "^{commit}");
    return full.code() == 0 ? Optional.of(full.output().strip()) : Optional.empty();
  }

  /// When a commit that is here was made.
  Instant time(String commit) {
    String seconds = git.must(remote, "show", "--no-patch", "--format=%ct", commit).output();
    return Instant.ofEpochSecond(Long.parseLong(seconds.strip()));
  }

  /// Whether what is here was damaged, and so was dropped.
  boolean renewed() throws IOException {
    try (StateCare.Held held = lock()) {
      if (git.run("fsck", "--full", "--no-dangling", "--no-progress").code() == 0) {
        return false;
      }
      Path aside = store.temp().next("git");
      Files.move(directory, aside);
      TreeRemover.remove(aside);
    }
    open = false;
    return true;
  }
}
