package dev.jbuild;

import dev.jbuild.content.StateLost;
import dev.jbuild.content.StorageTrouble;
import dev.jbuild.dockerfile.Dockerfile;
import dev.jbuild.dockerfile.check.BaseFacts;
import dev.jbuild.dockerfile.check.CheckOptions;
import dev.jbuild.dockerfile.check.CheckResult;
import dev.jbuild.dockerfile.check.Checker;
import dev.jbuild.dockerfile.check.RuleSelection;
import dev.jbuild.event.BuildEvent;
import dev.jbuild.event.EventSink;
import dev.jbuild.execute.BuildRun;
import dev.jbuild.execute.Contexts;
import dev.jbuild.execute.ExecuteOptions;
import dev.jbuild.execute.ForeignSteps;
import dev.jbuild.export.AssembledImage;
import dev.jbuild.export.BuiltImage;
import dev.jbuild.export.ExportTarget;
import dev.jbuild.export.Exporter;
import dev.jbuild.fetch.FetchStore;
import dev.jbuild.fetch.RemoteSources;
import dev.jbuild.oci.ImageReference;
import dev.jbuild.oci.MediaTypes;
import dev.jbuild.oci.Platform;
import dev.jbuild.plan.BuildPlan;
import dev.jbuild.plan.PlanOptions;
import dev.jbuild.plan.Planner;
import dev.jbuild.plan.render.ResolvedDockerfile;
import dev.jbuild.problem.CommandFailed;
import dev.jbuild.problem.InvalidInput;
import dev.jbuild.problem.Problem;
import dev.jbuild.problem.Severity;
import dev.jbuild.problem.Unavailable;
import dev.jbuild.registry.Push;
import dev.jbuild.registry.Registries;
import dev.jbuild.sandbox.Sandbox;
import dev.jbuild.sandbox.Sandboxes;
import dev.jbuild.sandbox.UserNamespace;
import dev.jbuild.snapshot.DigestMemo;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Builds images. One may run many builds at the same time; an interrupt of the calling thread
/// cancels its build.
public final class ImageBuilder {

  private static final int MAX_BEGINNINGS = 5;

  private final Workspace workspace;
  private final DigestMemo memo;

  public ImageBuilder(Workspace workspace) {
    this.workspace = workspace;
    this.memo = workspace.memo();
  }

  /// Reads and plans, and executes nothing.
  public BuildPlan plan(BuildRequest request, EventSink events) {
    try (BuildInputs inputs = inputs(request, events);
        Registries registries = new Registries(inputs.task().registry(), events)) {
      BuildTask task = inputs.task();
      ImageSources sources = sources(registries);
      Dockerfile dockerfile = parse(task);
      BuildPlan plan = plan(task, dockerfile, sources, inputs.remote());
      failOnErrors(check(task, dockerfile, sources, plan, RuleSelection.ALL));
      return plan;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /// Runs the checks on all stages, as `docker build --check`: base images are looked up where a
  /// registry answers, and what a build would refuse before its first step is found too.
  ///
  /// Throws `InvalidInput` for a text that is no Dockerfile.
  public DockerfileInspector.Checked check(
      BuildRequest request, RuleSelection rules, EventSink events) {
    try (BuildInputs inputs = inputs(request, events);
        Registries registries = new Registries(inputs.task().registry(), events)) {
      return new PlannedCheck(inputs, sources(registries), workspace.knownBases())
          .check(options(inputs.task()), rules);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private ImageSources sources(Registries registries) {
    return new ImageSources(() -> registries, workspace.knownBases());
  }

  /// The plan as text in a format of the user's choice.
  public String describe(BuildRequest request, PlanFormat format, EventSink events) {
    return format.render(plan(request, events));
  }

  private BuildInputs inputs(BuildRequest request, EventSink events) throws IOException {
    FetchStore store =
        new FetchStore(
            workspace.state().downloads(),
            workspace.state().clones(),
            workspace.temp(),
            workspace.care());
    return BuildInputs.open(request, store, events);
  }

  private static Dockerfile parse(BuildTask request) {
    return Dockerfile.parse(DockerfileFiles.read(request));
  }

  /// Builds and exports. `standardOutput` receives outputs without a destination.
  ///
  /// An ordinary user's JVM that is not in a user namespace cannot enter one: then a worker process
  /// inside one does the build, with this JVM's class path (`-Djbuild.worker.classpath` where that
  /// does not hold the library).
  ///
  /// Throws a `BuildException` for whatever the user or the environment can mend.
  public BuildResult build(BuildRequest request, EventSink events, OutputStream standardOutput) {
    Optional<UserNamespace.Entry> namespace = UserNamespace.entry();
    if (namespace.isPresent()) {
      return elsewhere(namespace.get(), request, events, standardOutput);
    }
    try (BuildInputs inputs = inputs(request, events)) {
      return build(inputs, request, events, standardOutput);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private BuildResult elsewhere(
      UserNamespace.Entry entry, BuildRequest request, EventSink events, OutputStream output) {
    return new WorkerProcess(entry, workspace.home()).build(request, events, output);
  }

  /// The Dockerfile after resolution: digests of base images, values of arguments.
  public String print(BuildRequest request, EventSink events) {
    try (BuildInputs inputs = inputs(request, events);
        Registries registries = new Registries(inputs.task().registry(), events)) {
      BuildTask task = inputs.task();
      ImageSources sources = sources(registries);
      Dockerfile dockerfile = parse(task);
      BuildPlan ignored = plan(task, dockerfile, sources, inputs.remote());
      return ResolvedDockerfile.of(dockerfile, options(task), sources::seen);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static BuildPlan plan(
      BuildTask request, Dockerfile dockerfile, ImageSources sources, RemoteSources remote) {
    return new Planner(sources, remote).plan(dockerfile, options(request));
  }

  private static PlanOptions options(BuildTask request) {
    return new PlanOptions(
        request.target(),
        request.buildArgs(),
        request.labels(),
        request.platforms(),
        Platform.current(),
        request.contexts(),
        request.network(),
        request.entitlements());
  }

  private BuildResult build(
      BuildInputs inputs, BuildRequest whole, EventSink events, OutputStream standardOutput) {
    BuildTask request = inputs.task();
    long start = System.nanoTime();
    boolean success = false;
    boolean handedOver = false;
    Optional<dev.jbuild.oci.Digest> digest = Optional.empty();
    try (Registries registries = new Registries(request.registry(), events);
        Contexts contexts = inputs.contexts()) {
      ImageSources sources = sources(registries);
      Dockerfile dockerfile = parse(request);
      BuildPlan plan = plan(request, dockerfile, sources, inputs.remote());
      if (!request.sandbox().equals(Optional.of("chroot")) && ForeignSteps.needNamespace(plan)) {
        handedOver = true;
        return elsewhere(UserNamespace.ofRoot().orElseThrow(), whole, events, standardOutput);
      }
      report(plan, check(request, dockerfile, sources, plan, RuleSelection.DOCKER), events);
      AssembledImage assembled =
          make(request, plan, contexts, new Reach(registries, sources, events, standardOutput));
      success = true;
      digest = Optional.of(assembled.root().digest());
      return result(assembled, request.exports());
    } catch (IOException | UncheckedIOException e) {
      throw failed(e);
    } finally {
      if (!handedOver) {
        workspace.care().damage().take().ifPresent(w -> events.accept(new BuildEvent.Reported(w)));
        Duration took = Duration.ofNanos(System.nanoTime() - start);
        events.accept(new BuildEvent.Finished(success, digest, took));
      }
    }
  }

  /// Says what is to be said of a Dockerfile; throws [InvalidInput] when that forbids the build.
  private static void report(BuildPlan plan, CheckResult checked, EventSink events) {
    plan.warnings().stream()
        .filter(w -> !Checker.isRule(w.code()))
        .forEach(w -> events.accept(new BuildEvent.Reported(w)));
    checked.warnings().forEach(w -> events.accept(new BuildEvent.Reported(w)));
    failOnErrors(checked);
  }

  /// What a build reaches beyond the state directory.
  private record Reach(
      Registries registries, ImageSources sources, EventSink events, OutputStream output) {}

  /// Runs the plan, and gives the images to everybody who shall have them.
  private AssembledImage make(BuildTask request, BuildPlan plan, Contexts contexts, Reach reach)
      throws IOException {
    try (Sandbox sandbox =
        Sandboxes.select(
            request.sandbox(), workspace.state().root(), workspace.temp().next("sandbox"))) {
      return make(request, plan, contexts, reach, sandbox);
    }
  }

  private AssembledImage make(
      BuildTask request, BuildPlan plan, Contexts contexts, Reach reach, Sandbox sandbox)
      throws IOException {
    BuildRun run =
        new BuildRun(
            workspace.state(),
            workspace.temp(),
            workspace.blobs(),
            reach.sources(),
            sandbox,
            memo,
            workspace.care());
    Exporter exporter = exporter(reach);
    EventSink events = reach.events();
    try (OpenCaches caches = new OpenCaches(request, reach.registries(), events)) {
      return caches.withoutLostLayers(() -> {
        AssembledImage made =
            assemble(
                () -> run.run(plan, contexts, options(request, plan), caches.sharing(), events));
        for (ExportTarget target : request.exports()) {
          exporter.export(made, target);
        }
        caches.publish();
        return made;
      });
    } catch (CommandFailed | InvalidInput e) {
      workspace.forgetOldFailures();
      throw new FailureExport(exporter, request.onFailure()).of(e, run.leftByFailure());
    }
  }

  private Exporter exporter(Reach reach) {
    return new Exporter(
        workspace.blobs(),
        workspace.images(),
        workspace.temp(),
        (image, name) -> push(reach.registries(), image, name, reach.events()),
        reach.output(),
        reach.events());
  }

  /// Makes the images and all that their documents need. What turns out damaged or gone on the way
  /// is made anew, by beginning again.
  private static AssembledImage assemble(Supplier<List<BuiltImage>> images) throws IOException {
    for (int again = 0; ; again++) {
      try {
        return AssembledImage.of(images.get());
      } catch (StateLost e) {
        if (again == MAX_BEGINNINGS) {
          throw new IOException(e.getMessage(), e);
        }
      }
    }
  }

  /// Runs the checks on the stages that are needed. A base image that was looked up says which
  /// variables it sets.
  private static CheckResult check(
      BuildTask request,
      Dockerfile dockerfile,
      ImageSources sources,
      BuildPlan plan,
      RuleSelection rules) {
    TaskBases bases =
        new TaskBases(
            request,
            sources,
            image -> sources.seen(image).map(i -> KnownBases.facts(i.config().config())));
    return Checker.check(
        dockerfile,
        new CheckOptions(
            request.buildArgs(),
            request.target(),
            false,
            DockerfileFiles.ignored(request),
            new BaseFacts(bases::find, plan.warnings()),
            rules));
  }

  /// Throws [InvalidInput] when the file wants findings to be an error, or one of them is.
  private static void failOnErrors(CheckResult checked) {
    List<Problem> errors =
        Stream.concat(
                checked.warnings().stream().filter(p -> p.severity() == Severity.ERROR),
                checked.violation().stream())
            .toList();
    if (!errors.isEmpty()) {
      throw new InvalidInput(errors, null);
    }
  }

  private static BuildResult result(AssembledImage assembled, List<ExportTarget> exports) {
    List<BuildResult.Image> images =
        assembled.images().stream()
            .map(i ->
                new BuildResult.Image(
                    i.image().config().platform(), i.descriptor(), i.configDescriptor().digest()))
            .toList();
    List<ImageReference> names = new ArrayList<>();
    for (ExportTarget target : exports) {
      switch (target) {
        case ExportTarget.Store store -> names.addAll(store.names());
        case ExportTarget.Registry registry -> names.addAll(registry.names());
        default -> {}
      }
    }
    return new BuildResult(assembled.root(), images, names.stream().distinct().toList());
  }

  private Unavailable failed(Exception e) {
    return new Unavailable(StorageTrouble.of(e, workspace.state()), e);
  }

  private static ExecuteOptions options(BuildTask request, BuildPlan plan) {
    ExecuteOptions given = request.execute();
    return given.with(given.timestamps().withClamp(plan.sourceDateEpoch()));
  }

  /// Blobs first, manifests last, so that a tag never names what is not there.
  private void push(
      Registries registries, AssembledImage image, ImageReference name, EventSink events)
      throws IOException {
    Push push = new Push(registries, name, events);
    Map<dev.jbuild.oci.Digest, Push.Upload> uploads = new java.util.LinkedHashMap<>();
    for (AssembledImage.Single single : image.images()) {
      for (BuiltImage.BuiltLayer layer : single.image().layers()) {
        uploads.putIfAbsent(layer.descriptor().digest(), upload(layer));
      }
      uploads.putIfAbsent(
          single.configDescriptor().digest(),
          new Push.Upload(
              single.configDescriptor(),
              Optional.empty(),
              () -> new java.io.ByteArrayInputStream(single.config())));
    }
    push.blobs(List.copyOf(uploads.values()));
    for (AssembledImage.Single single : image.images()) {
      push.manifest(
          MediaTypes.OCI_MANIFEST,
          single.manifest(),
          image.index().isPresent() ? single.descriptor().digest().toString() : name.tagOrLatest());
    }
    image
        .index()
        .ifPresent(index -> push.manifest(MediaTypes.OCI_INDEX, index, name.tagOrLatest()));
  }

  private Push.Upload upload(BuiltImage.BuiltLayer layer) throws IOException {
    return new Push.Upload(
        layer.descriptor(),
        layer.origin(),
        () -> {
          layer.materialize();
          return workspace.blobs().open(layer.descriptor().digest());
        });
  }
}
