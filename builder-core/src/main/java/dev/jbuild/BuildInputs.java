package dev.jbuild;

import dev.jbuild.BuildRequest.DockerfileSource;
import dev.jbuild.BuildRequest.Input;
import dev.jbuild.archive.Compression;
import dev.jbuild.content.TempSpace;
import dev.jbuild.event.EventSink;
import dev.jbuild.execute.Contexts;
import dev.jbuild.fetch.FetchStore;
import dev.jbuild.fetch.RemoteSources;
import dev.jbuild.plan.NamedContext;
import dev.jbuild.plan.SourceSpec;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.snapshot.ArchiveTree;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// What one build is made from, brought here: archives unpacked, repositories and downloads
/// fetched. The owner closes it, and with it go the directories made.
final class BuildInputs implements AutoCloseable {

  private static final String KEEP_GIT_DIR = "BUILDKIT_CONTEXT_KEEP_GIT_DIR";

  private final TempSpace temp;
  private final RemoteSources remote;
  private final BuildTask task;
  private final Map<Path, BuildTask.Brought> brought = new HashMap<>();

  private BuildInputs(BuildRequest request, TempSpace temp, RemoteSources remote)
      throws IOException {
    this.temp = temp;
    this.remote = remote;
    Map<String, ContextSource> named = new LinkedHashMap<>();
    for (var context : request.input().named().entrySet()) {
      named.put(
          context.getKey(),
          context.getValue() instanceof ContextSource.Archive(Path file)
              ? unpacked(file, "the named context " + context.getKey())
              : context.getValue());
    }
    Input input = request.input();
    Input here =
        switch (input.context()) {
          case ContextSource.Archive(Path file) ->
              in(unpacked(file, "the build context"), here(input.dockerfile()));
          case ContextSource.Git(String url) ->
              in(checkedOut(url, request), here(input.dockerfile()));
          case ContextSource.Http(String url) -> downloaded(url, here(input.dockerfile()));
          default -> new Input(input.context(), here(input.dockerfile()), Map.of());
        };
    this.task =
        RequestReader.task(
            request.with(new Input(here.context(), here.dockerfile(), named)), brought);
  }

  /// Brings everything here that the Dockerfile may be in. Named contexts elsewhere are fetched
  /// only when a step needs them.
  ///
  /// Throws a `BuildException` for what cannot be had.
  ///
  /// @param store where directories are made and what is fetched is kept
  static BuildInputs open(BuildRequest request, FetchStore store, EventSink events)
      throws IOException {
    RemoteSources remote = new RemoteSources(store, RequestReader.fetch(request), events);
    try {
      return new BuildInputs(request, store.temp(), remote);
    } catch (IOException | RuntimeException e) {
      remote.close();
      throw e;
    }
  }

  BuildTask task() {
    return task;
  }

  RemoteSources remote() {
    return remote;
  }

  /// The directories that steps may copy from.
  Contexts contexts() {
    Map<String, Contexts.Directory> directories = new HashMap<>();
    boolean gitModes = task.execute().cache().gitModes();
    task.context()
        .ifPresent(path ->
            directories.put(
                "",
                brought.containsKey(path)
                    ? foreign(path, gitModes)
                    : Contexts.Directory.of(path, DockerfileFiles.ignored(task), gitModes)));
    task.contexts()
        .forEach((name, context) -> {
          if (context instanceof NamedContext.Directory(var path)) {
            directories.put(
                name,
                brought.containsKey(path)
                    ? foreign(path, gitModes)
                    : Contexts.Directory.of(path, DockerfileFiles.ignored(path), gitModes));
          }
        });
    return new Contexts(directories, remote);
  }

  private Contexts.Directory foreign(Path path, boolean gitModes) {
    BuildTask.Brought from = brought.get(path);
    if (from == null) {
      throw new IllegalArgumentException("not made here: " + path);
    }
    return new Contexts.Directory(
        path, dev.jbuild.dockerfile.IgnoreRules.NONE, gitModes || from.gitModes(), from.from());
  }

  private DockerfileSource here(DockerfileSource wanted) {
    return wanted instanceof DockerfileSource.Url(String url)
        ? new DockerfileSource.Text(
            DockerfileFiles.alone(remote.http(SourceSpec.http(url, Optional.empty())).file()))
        : wanted;
  }

  /// A directory whose Dockerfile lies in it too: its links must not lead out.
  private static Input in(ContextSource.Directory context, DockerfileSource dockerfile) {
    return new Input(context, DockerfileFiles.inside(context.path(), dockerfile), Map.of());
  }

  private ContextSource.Directory unpacked(Path archive, String what) throws IOException {
    try (InputStream in = Files.newInputStream(archive)) {
      InputStream plain =
          Compression.openTar(in)
              .orElseThrow(() -> invalid(what + " is no tar archive, compressed or not"));
      return unpacked(plain, what);
    }
  }

  private ContextSource.Directory unpacked(InputStream plain, String what) throws IOException {
    Path directory = temp.directory("context");
    try {
      ArchiveTree.unpack(plain, directory);
    } catch (IOException e) {
      throw invalid(what + " cannot be unpacked: " + e.getMessage());
    }
    brought.put(directory, new BuildTask.Brought(what, false));
    return new ContextSource.Directory(directory);
  }

  private static InvalidInput invalid(String message) {
    return new InvalidInput(
        Problem.error("InvalidContextArchive", message)
            .help("expected a tar archive, plain or compressed with gzip, bzip2, xz or zstd"));
  }

  private ContextSource.Directory checkedOut(String url, BuildRequest request) throws IOException {
    boolean keep = isTrue(request.image().buildArgs().getOrDefault(KEEP_GIT_DIR, ""));
    SourceSpec.Git source =
        SourceSpec.git(url, Optional.empty(), keep ? Optional.of(true) : Optional.empty());
    Path directory = remote.directory(source);
    brought.put(directory, new BuildTask.Brought(source.place(), true));
    return new ContextSource.Directory(directory);
  }

  /// As Docker reads yes and no: what is neither is no.
  private static boolean isTrue(String value) {
    return value.matches("1|t|T|true|TRUE|True");
  }

  /// An archive with everything, or a Dockerfile alone.
  private Input downloaded(String url, DockerfileSource dockerfile) throws IOException {
    Path file = remote.http(SourceSpec.http(url, Optional.empty())).file();
    try (InputStream in = Files.newInputStream(file)) {
      Optional<InputStream> plain = Compression.openTar(in);
      if (plain.isPresent()) {
        return in(unpacked(plain.get(), "the build context"), dockerfile);
      }
    }
    DockerfileSource alone =
        dockerfile instanceof DockerfileSource.Text
            ? dockerfile
            : new DockerfileSource.Text(DockerfileFiles.alone(file));
    return new Input(new ContextSource.Empty(), alone, Map.of());
  }

  @Override
  public void close() throws IOException {
    remote.close();
  }
}
