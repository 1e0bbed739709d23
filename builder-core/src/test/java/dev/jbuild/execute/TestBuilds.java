package dev.jbuild.execute;

import dev.jbuild.content.LocalBlobStore;
import dev.jbuild.content.StateCare;
import dev.jbuild.content.StateDirectory;
import dev.jbuild.content.TempSpace;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.IgnoreRules;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.fetch.FetchOptions;
import dev.jbuild.fetch.FetchStore;
import dev.jbuild.fetch.RemoteSources;
import dev.jbuild.oci.ContainerConfig;
import dev.jbuild.oci.Digest;
import dev.jbuild.oci.History;
import dev.jbuild.oci.ImageConfig;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.FakeImages;
import dev.jbuild.plan.PlanOptions;
import dev.jbuild.plan.Planner;
import dev.jbuild.problem.SourceText;
import dev.jbuild.sandbox.ExitStatus;
import dev.jbuild.sandbox.Job;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.snapshot.DigestMemo;
import dev.jbuild.snapshot.TreeRemover;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Builds on a state directory of their own. Bases exist by name only: the first that needs the
/// files of one fails, and says so. RUN makes a file named as its last word.
final class TestBuilds implements AutoCloseable {

  static final Path CONTEXT = Path.of("context");

  private final Path directory;
  private final TempSpace temp;
  private final StateDirectory state;

  /// What the last build told.
  final List<BuildEvent> events = new ArrayList<>();

  Timestamps times = Timestamps.INPUTS;

  /// @param directory an empty one
  TestBuilds(Path directory) throws IOException {
    this.directory = directory;
    Files.createDirectory(context());
    this.state = StateDirectory.open(directory.resolve("state"));
    this.temp = TempSpace.open(state.temporary(), TreeRemover::remove);
  }

  Path context() {
    return directory.resolve(CONTEXT);
  }

  /// Builds for a base named `base` that is as old as `created` and has one layer, named so too.
  BuiltImage build(String dockerfile, String base, Instant created) throws IOException {
    events.clear();
    BuildPlan plan =
        new Planner(FakeImages.standard().with("base", image(base, created)))
            .plan(
                Dockerfile.parse(new SourceText("Dockerfile", dockerfile)),
                new PlanOptions(
                    Optional.empty(),
                    Map.of(),
                    Map.of(),
                    List.of(),
                    Platform.of("linux", "amd64"),
                    Map.of(),
                    "default",
                    Set.of()));
    BuildRun run =
        new BuildRun(
            state,
            temp,
            new LocalBlobStore(state.blobs(), temp, StateCare.alone()),
            (image, layer, into) -> {
              throw new IOException("the base was fetched");
            },
            new Touch(),
            DigestMemo.NONE,
            StateCare.alone());
    try (RemoteSources remote =
            new RemoteSources(
                FetchStore.alone(state.root(), temp), FetchOptions.DEFAULT, event -> {});
        Contexts contexts =
            new Contexts(
                Map.of("", Contexts.Directory.of(context(), IgnoreRules.NONE, false)), remote)) {
      ExecuteOptions options =
          new ExecuteOptions(
              times,
              new Surroundings(
                  "build",
                  List.of(),
                  Job.Rights.DEFAULT.capabilities(),
                  Job.Resources.unlimited(1 << 20),
                  Optional.empty()),
              new Confidential(Map.of(), Map.of(), true),
              new ExecuteOptions.Caching(false, Set.of(), false, false, false),
              Optional.empty());
      return run.run(plan, contexts, options, CacheSharing.none(), events::add).getFirst();
    }
  }

  private static ImageConfig image(String content, Instant created) {
    return new ImageConfig(
        Platform.of("linux", "amd64"),
        Optional.of(created),
        Optional.empty(),
        ContainerConfig.EMPTY,
        List.of(Digest.ofUtf8("layer of " + content)),
        List.of(
            new History(
                Optional.of(created), Optional.empty(), Optional.empty(), Optional.empty(), false)),
        Map.of());
  }

  /// How the steps of the last build ended.
  List<BuildEvent.Outcome> outcomes() {
    return events.stream()
        .filter(BuildEvent.StepFinished.class::isInstance)
        .map(e -> ((BuildEvent.StepFinished) e).outcome())
        .toList();
  }

  /// The bytes of a layer that was given a descriptor.
  InputStream blob(Digest digest) throws IOException {
    return new LocalBlobStore(state.blobs(), temp, StateCare.alone()).open(digest);
  }

  @Override
  public void close() throws IOException {
    temp.close();
  }

  private static final class Touch implements Sandbox {
    @Override
    public void require() {}

    @Override
    public String name() {
      return "touch";
    }

    @Override
    public ExitStatus run(Job job) {
      try {
        Files.createFile(job.root().upper().resolve(job.arguments().getLast()));
        return new ExitStatus(0, 0);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
