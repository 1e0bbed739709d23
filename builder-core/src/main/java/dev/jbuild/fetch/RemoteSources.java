package dev.jbuild.fetch;

import dev.jbuild.event.EventSink;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.plan.SourceTimes;
import dev.jbuild.snapshot.DirectoryTree;
import dev.jbuild.snapshot.FileTree;
import dev.jbuild.snapshot.PathFilter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// What one build takes from elsewhere: each download and each ref is asked for once, so that all
/// steps see the same. Safe for several threads; the owner closes it.
public final class RemoteSources implements SourceTimes, AutoCloseable {

  private final FetchStore store;
  private final AddressPolicy policy;
  private final SourceCredentials credentials;
  private final GitIdentity identity;
  private final HttpFetch http;
  private final Map<SourceSpec.Http, Download> downloads = new ConcurrentHashMap<>();
  private final Map<SourceSpec.Git, Repository> repositories = new ConcurrentHashMap<>();

  /// @param events told how far downloads are
  public RemoteSources(FetchStore store, FetchOptions options, EventSink events) {
    this.store = store;
    this.policy = new AddressPolicy(options.linkLocal());
    this.credentials = new SourceCredentials(options.secrets());
    this.identity = new GitIdentity(options.agents(), store.temp());
    this.http =
        new HttpFetch(new DownloadStore(store), policy, credentials, options.maxBytes(), events);
  }

  /// Downloads. Throws `InvalidInput` or `Unavailable` when that cannot be.
  public Download http(SourceSpec.Http source) {
    return downloads.computeIfAbsent(source, http::fetch);
  }

  /// The commit that a git source is, in full.
  public String commit(SourceSpec.Git source) throws IOException {
    return repository(source).commit();
  }

  /// The files of a git source, with the modes that git keeps, as old as their commit. The tree
  /// stays open as long as this.
  public FileTree tree(SourceSpec.Git source) throws IOException {
    return repository(source).tree();
  }

  /// The files of a git source as a directory, which is there as long as this is open. Nothing in
  /// it is to be trusted: its links may lead anywhere.
  public Path directory(SourceSpec.Git source) throws IOException {
    return repository(source).directory();
  }

  private Repository repository(SourceSpec.Git source) {
    return repositories.computeIfAbsent(
        source,
        s -> {
          try {
            return new Repository(new GitFetch(s, store, credentials, identity, policy));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  @Override
  public Optional<Instant> lastChanged(SourceSpec source) {
    return switch (source) {
      case SourceSpec.Http download -> http(download).lastModified();
      case SourceSpec.Git git -> {
        try {
          yield Optional.of(repository(git).time());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
      case SourceSpec.Context context -> Optional.empty();
      case SourceSpec.Inline inline -> Optional.empty();
    };
  }

  @Override
  public void close() throws IOException {
    http.close();
    identity.close();
    for (Repository repository : repositories.values()) {
      repository.close();
    }
  }

  /// A repository that several steps may ask for at the same time.
  private static final class Repository implements AutoCloseable {
    private final GitFetch fetch;
    private Optional<DirectoryTree> tree = Optional.empty();

    Repository(GitFetch fetch) {
      this.fetch = fetch;
    }

    synchronized String commit() throws IOException {
      return fetch.commit();
    }

    synchronized Instant time() throws IOException {
      return fetch.time();
    }

    synchronized Path directory() throws IOException {
      return fetch.files();
    }

    synchronized DirectoryTree tree() throws IOException {
      if (tree.isEmpty()) {
        tree = Optional.of(DirectoryTree.open(fetch.files(), PathFilter.ALL, true));
      }
      return tree.get();
    }

    @Override
    public synchronized void close() throws IOException {
      if (tree.isPresent()) {
        tree.get().close();
      }
      fetch.remove();
    }
  }
}
